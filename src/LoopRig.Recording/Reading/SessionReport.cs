using LoopRig.Core;

namespace LoopRig.Recording;

/// <summary>What <c>sessions show</c> says: everything counted anew from the log, whatever the description claims.</summary>
public sealed record SessionReport
{
    /// <summary>The session's folder.</summary>
    public required string Folder { get; init; }
    /// <summary>The description.</summary>
    public required SessionInfo Info { get; init; }
    /// <summary>What the log holds, stream by stream.</summary>
    public required SessionTotals Totals { get; init; }
    /// <summary>From the close of a bin to the hand-over of its prediction.</summary>
    public required LatencySummary Latency { get; init; }
    /// <summary>What could not be read.</summary>
    public required IReadOnlyList<LogGap> Gaps { get; init; }
    /// <summary>The events: swaps, faults, clocks, silent streams.</summary>
    public required IReadOnlyList<SessionEventEntry> Events { get; init; }
    /// <summary>How good each device clock's model was.</summary>
    public required IReadOnlyList<ClockQuality> Clocks { get; init; }
    /// <summary>The last descriptor of each stream, by name.</summary>
    public required IReadOnlyDictionary<string, StreamDescriptor> Descriptors { get; init; }

    /// <summary>Reads a session from end to end.</summary>
    /// <exception cref="RecordingException">The session cannot be read.</exception>
    public static SessionReport Of(SessionReader session, CancellationToken stop = default)
    {
        var index = session.BuildIndex(stop);
        var latency = new LatencyHistogram();
        foreach (var bin in index.Bins)
        {
            if (bin.LatencyNs is { } ns) latency.Record(ns);
        }
        return new SessionReport
        {
            Folder = session.Folder,
            Info = session.Info,
            Totals = index.Totals,
            Latency = latency.Summarise(),
            Gaps = index.Gaps,
            Events = index.Events,
            Clocks = ClockQuality.Of(index.Events),
            Descriptors = index.Streams.Where(s => s.Descriptor is not null).ToDictionary(s => s.Name, s => s.Descriptor!),
        };
    }
}
