namespace LoopRig.Models;

/// <summary>How an optimiser treats a parameter (the foundation model's own flags; others use the decay alone).</summary>
/// <param name="Scale">The gradient is multiplied by this: the number of units for what each unit owns, since the loss is a mean over units.</param>
/// <param name="Decay">Whether weights decay.</param>
/// <param name="NormDims">Dimensions over which the norm of adaptive clipping is taken; null: one norm of the whole tensor.</param>
public sealed record ParameterTraits(double Scale = 1, bool Decay = true, int[]? NormDims = null)
{
    /// <summary>Scale 1, decays, one norm.</summary>
    public static ParameterTraits Default { get; } = new();

    /// <summary>The same without decay: of biases, norms, positions and widths, which nothing but the data should pull anywhere.</summary>
    public static ParameterTraits NoDecay { get; } = new(Decay: false);
}
