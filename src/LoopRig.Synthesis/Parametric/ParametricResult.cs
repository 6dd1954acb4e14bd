namespace LoopRig.Synthesis;

/// <summary>The best stimulus of a parametric kind for one target.</summary>
public sealed record ParametricResult
{
    /// <summary>What was driven.</summary>
    public required SynthesisTarget Target { get; init; }

    /// <summary>[C H W] in network units.</summary>
    public required float[] Image { get; init; }

    /// <summary>The same in pixels.</summary>
    public required float[] Pixels { get; init; }

    /// <summary>Response of the target.</summary>
    public required double Activation { get; init; }

    /// <summary>
    /// The parameters by name: x and y of the centre in pixels from the left and top pixel's centres, sigma and wavelength in pixels, orientation of the stripes' normal and phase in degrees (0 is
    /// rightwards, 90 down), aspect: sigma along the stripes over sigma across.
    /// </summary>
    public required IReadOnlyDictionary<string, double> Parameters { get; init; }
}
