namespace LoopRig.Models;

/// <summary>Statistics of one input: the network gets (x - mean) / std. One value for an image (pixels in 0..1), one a variable for a vector.</summary>
public sealed record Normalization
{
    /// <summary>Subtracted; empty is 0.</summary>
    public float[] Mean { get; init; } = [];

    /// <summary>Divided by; empty is 1.</summary>
    public float[] Std { get; init; } = [];
}
