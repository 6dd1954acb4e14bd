namespace LoopRig.Rig.Configuration;

/// <summary>A threshold on predicted activity, and its stimulus.</summary>
public sealed class ThresholdRuleConfig
{
    /// <summary>The units, by their ids, whose mean predicted count is compared; absent: all.</summary>
    [Items(0, 100_000)]
    public string[] Units { get; init; } = [];

    /// <summary>The threshold, counts a bin: it is crossed when the mean is at least this and was below rearmBelow before.</summary>
    [Range(-1e6, 1e6)]
    public required double Above { get; init; }

    /// <summary>It can be crossed again once the mean has been below this, counts a bin; absent: above, so that there is no hysteresis.</summary>
    [Range(-1e6, 1e6)]
    public double? RearmBelow { get; init; }

    /// <summary>A crossing so soon after the last one that showed its stimulus shows none, milliseconds.</summary>
    [Range(0, 3_600_000)]
    public double RefractoryMs { get; init; }

    /// <summary>What is shown.</summary>
    public required string Stimulus { get; init; }
}
