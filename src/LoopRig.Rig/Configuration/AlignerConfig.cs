using LoopRig.Core;

namespace LoopRig.Rig.Configuration;

/// <summary>How streams become bins.</summary>
public sealed class AlignerConfig
{
    /// <summary>The length of a bin, milliseconds; published Xu networks need 48.</summary>
    [Range(1, 1000)]
    public double BinMs { get; init; } = 48;

    /// <summary>How long after its end a bin waits for streams that have not passed it, milliseconds.</summary>
    [Range(0, 1000)]
    public double LatenessMs { get; init; } = 5;

    /// <summary>For how long the last value stands in for a missing one without a mark, milliseconds.</summary>
    [Range(0, 60_000)]
    public double StaleMs { get; init; } = 500;

    /// <summary>What the network gets after that: the last value (hold), its own mean (mean), or nothing, so that the fallback goes out (fallback).</summary>
    public StalePolicy Missing { get; init; } = StalePolicy.Hold;
}
