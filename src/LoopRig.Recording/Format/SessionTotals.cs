namespace LoopRig.Recording;

/// <summary>What a session's log holds.</summary>
public sealed record SessionTotals
{
    /// <summary>Records of every kind.</summary>
    public long Records { get; init; }
    /// <summary>Bytes of the log.</summary>
    public long Bytes { get; init; }
    /// <summary>The time of the first record, ns on the rig clock.</summary>
    public long FirstNs { get; init; }
    /// <summary>The time of the last record, ns on the rig clock.</summary>
    public long LastNs { get; init; }
    /// <summary>Predictions that went out and were recorded.</summary>
    public long Predictions { get; init; }
    /// <summary>Bins.</summary>
    public long Bins { get; init; }
    /// <summary>Bins for which the fallback went out.</summary>
    public long Fallbacks { get; init; }
    /// <summary>Bins whose prediction was not ready at its deadline.</summary>
    public long DeadlineMisses { get; init; }
    /// <summary>Events of every kind.</summary>
    public long Events { get; init; }
    /// <summary>Swaps of the network.</summary>
    public long Swaps { get; init; }
    /// <summary>Faults of streams, and parts of the rig that failed.</summary>
    public long Faults { get; init; }
    /// <summary>Each stream, in the order of appearance.</summary>
    public IReadOnlyList<StreamTotals> Streams { get; init; } = [];
}
