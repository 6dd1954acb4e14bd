namespace LoopRig.Rig.Inception;

/// <summary>Which neurons are chosen: of those that are reliable, the best predicted.</summary>
public sealed record InceptionSelectConfig
{
    /// <summary>How many.</summary>
    public int Units { get; init; } = 10;

    /// <summary>A neuron counts only from this reliability on: the correlation of its mean response to the repeated images with the true one (cc_max).</summary>
    public double LeastReliability { get; init; } = 0.5;
}
