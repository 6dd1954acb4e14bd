using LoopRig.Core;

namespace LoopRig.Simulation.Faults;

/// <summary>A fault that is to be injected between an adapter and the wire.</summary>
public sealed record PlannedFault
{
    /// <summary>Which; <see cref="FaultKind.Mismatch"/> cannot be injected.</summary>
    public required FaultKind Kind { get; init; }

    /// <summary>When it begins, ns after the adapter's first sample.</summary>
    public required long AtNs { get; init; }

    /// <summary>How long it lasts, ns; 0 for a clock reset, which is over at once.</summary>
    public long DurationNs { get; init; }

    /// <summary>The names of the streams that it strikes; empty: all of the adapter.</summary>
    public IReadOnlyList<string> Streams { get; init; } = [];

    /// <summary>Of drops and garbage: the share of messages that are struck, 0 to 1.</summary>
    public double Share { get; init; } = 1;

    /// <summary>Of jitter: the longest delay, ns.</summary>
    public long DelayNs { get; init; }

    /// <summary>When it is over, ns after the adapter's first sample.</summary>
    public long EndNs => AtNs + DurationNs;
}
