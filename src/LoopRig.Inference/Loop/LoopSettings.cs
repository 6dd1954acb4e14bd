using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>What goes out when the network's prediction is not there at the deadline, or is not finite, or has no input.</summary>
public enum FallbackKind
{
    /// <summary>The last prediction that went out in time, again; NaN before the first.</summary>
    Hold,
    /// <summary>The newest prediction that the network finished, even if that was after its deadline.</summary>
    LastPrediction,
    /// <summary>Nothing; the gap is recorded.</summary>
    None,
}

/// <summary>What a live loop is set up with. Nothing is read after the start.</summary>
public sealed record LoopSettings
{
    /// <summary>Every stream that the rig publishes: the session's stream table.</summary>
    public required IReadOnlyList<StreamDescriptor> Streams { get; init; }
    /// <summary>How bins are cut.</summary>
    public BinSpec Bins { get; init; } = BinSpec.Default;
    /// <summary>The stream whose pulses (channel <c>sync</c>) tie the other clocks to its own; null where there are none.</summary>
    public string? SyncReference { get; init; }
    /// <summary>Where the network's inputs come from.</summary>
    public InputMapping Mapping { get; init; } = new();
    /// <summary>How long after the bin's close the prediction, or the fallback, is out, ns.</summary>
    public long DeadlineNs { get; init; } = 20 * RigClock.MillisecondNs;
    /// <summary>What goes out at the deadline without a prediction.</summary>
    public FallbackKind Fallback { get; init; } = FallbackKind.Hold;
    /// <summary>The name of the stream of predictions.</summary>
    public string PredictionStream { get; init; } = "predictions";
    /// <summary>How far back bins and predictions are kept: to warm a new network, and to wait for recorded activity, ns.</summary>
    public long HistoryNs { get; init; } = 5 * RigClock.SecondNs;
    /// <summary>For how many bins a new network is on probation: one output that is not finite, or three missed deadlines, bring the previous one back.</summary>
    public int ProbationBins { get; init; } = 20;

    /// <summary>How many bins <see cref="HistoryNs"/> holds, at least 16.</summary>
    public int HistoryBins => (int)Math.Max(16, HistoryNs / Bins.BinNs);

    /// <summary>Images larger than this that no network needs are recorded but not sorted into bins: averaging them would cost the loop its latency.</summary>
    public const int LargeImageBytes = 16 << 10;

    /// <summary>The streams that the first network needs, by name.</summary>
    public IReadOnlySet<string> Needed { get; init; } = new HashSet<string>();

    /// <summary>Whether a stream is sorted into bins; recorded activity is compared instead, events and large images that nobody needs are only recorded.</summary>
    public bool IsAligned(StreamDescriptor stream) =>
        stream.Kind == StreamKind.Vector || (stream.Kind == StreamKind.Image && (stream.SampleBytes <= LargeImageBytes || Needed.Contains(stream.Name)));

    /// <summary>Whether the loop receives a stream at all.</summary>
    public bool IsReceived(StreamDescriptor stream) => stream.Kind == StreamKind.Activity || IsAligned(stream);

    /// <summary><see cref="Streams"/> as the aligner sees them: the same places, and no elements where nothing is sorted into bins.</summary>
    public IReadOnlyList<StreamDescriptor> AlignedStreams => [.. Streams.Select(s => IsAligned(s) ? s : s with { Shape = [0], Channels = [], Units = [] })];

    /// <summary>Checks what does not depend on a network.</summary>
    /// <exception cref="LoopRigException">The deadline leaves no time before the next bin closes, or a duration is not positive.</exception>
    public void Validate()
    {
        if (DeadlineNs <= 0 || Bins.BinNs <= 0 || Bins.LatenessNs < 0)
        {
            throw new LoopRigException("the bin and its deadline must be longer than 0, and the allowed lateness at least 0");
        }
        if (Bins.LatenessNs + DeadlineNs > Bins.BinNs)
        {
            throw new LoopRigException($"allowed lateness ({Bins.LatenessNs / 1e6} ms) and deadline ({DeadlineNs / 1e6} ms) together exceed the bin ({Bins.BinNs / 1e6} ms): "
                + "a prediction must be out before the next bin closes");
        }
    }
}
