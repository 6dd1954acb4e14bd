namespace LoopRig.Inference;

/// <summary>One threshold on predicted activity.</summary>
public sealed record ThresholdRule
{
    /// <summary>The units whose mean predicted count is compared; none: all of the network's.</summary>
    public IReadOnlyList<string> Units { get; init; } = [];

    /// <summary>It is crossed when the mean is at least this, counts a bin, after it was below <see cref="RearmBelow"/>.</summary>
    public required double Above { get; init; }

    /// <summary>It can be crossed again once the mean has been below this, counts a bin: hysteresis.</summary>
    public required double RearmBelow { get; init; }

    /// <summary>A crossing so soon after the last that asked for a stimulus asks for none, ns between the bins' ends.</summary>
    public long RefractoryNs { get; init; }

    /// <summary>The stimulus, by its number at the display; -1: gray.</summary>
    public required int Stimulus { get; init; }
}
