using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Inference;

namespace LoopRig.Rig.Live;

/// <summary>How one unit was predicted.</summary>
/// <param name="Unit">Its id.</param>
/// <param name="SingleBin">Pearson's r bin by bin; NaN without variance.</param>
/// <param name="Boxcar">Pearson's r after a causal boxcar of 2 s.</param>
public readonly record struct UnitCorrelation(string Unit, double SingleBin, double Boxcar);

/// <summary>What came of one stream.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Published">Messages that its adapter published.</param>
/// <param name="Received">Messages that the loop received; 0 where the loop does not listen.</param>
/// <param name="Dropped">Messages that were lost on the way to the aligner.</param>
/// <param name="Refused">Messages that were malformed, cut, too large or repeated.</param>
/// <param name="NotMerged">Samples that came after their bin had closed, or from too far in the future.</param>
/// <param name="Needed">Whether the network needs it.</param>
public readonly record struct StreamSummary(string Name, long Published, long Received, long Dropped, long Refused, long NotMerged, bool Needed);

/// <summary>What a live run, or a replay, came to.</summary>
public sealed record RunSummary
{
    /// <summary>Predictions that went out, fallbacks included.</summary>
    public long Predictions { get; init; }
    /// <summary>Bins whose network was not done at the deadline.</summary>
    public long DeadlineMisses { get; init; }
    /// <summary>Bins that got the fallback.</summary>
    public long Fallbacks { get; init; }
    /// <summary>Bins with an input that was missing or stale: their predictions are worth less.</summary>
    public long Degraded { get; init; }
    /// <summary>Results of the network that came after their deadline.</summary>
    public long LateResults { get; init; }
    /// <summary>Bins that closed because the allowed lateness was over, before every needed stream had passed their end.</summary>
    public long ClosedByTime { get; init; }
    /// <summary>Messages lost at a source, on the wire, in the ring or at the recorder: all streams and queues.</summary>
    public long Drops { get; init; }
    /// <summary>From a bin's close to the hand-over of its prediction, microseconds.</summary>
    public LatencySummary LatencyUs { get; init; }
    /// <summary>The network's step alone, microseconds.</summary>
    public LatencySummary StepUs { get; init; }
    /// <summary>Managed bytes that the loop's threads allocated after the first bins, a bin; null when the run was too short to measure them.</summary>
    public double? AllocatedBytesPerFrame { get; init; }
    /// <summary>Collections of each generation while the sources ran.</summary>
    public int[] Collections { get; init; } = [0, 0, 0];
    /// <summary>From the call to the moment at which the sources could start, s.</summary>
    public double ReadySeconds { get; init; }
    /// <summary>How long the sources ran, s.</summary>
    public double Seconds { get; init; }
    /// <summary>The session's folder; null when nothing was recorded.</summary>
    public string? Session { get; init; }
    /// <summary>The network that predicted last; null without one.</summary>
    public string? NetworkHash { get; init; }
    /// <summary>Whether the network had random weights because its file was missing.</summary>
    public bool Untrained { get; init; }
    /// <summary>The streams.</summary>
    public IReadOnlyList<StreamSummary> Streams { get; init; } = [];
    /// <summary>The device clocks as they stood last.</summary>
    public IReadOnlyList<Recording.ClockEntry> Clocks { get; init; } = [];
    /// <summary>What was wrong with the streams, in the order in which it began.</summary>
    public IReadOnlyList<FaultRecord> Faults { get; init; } = [];
    /// <summary>What was injected on purpose.</summary>
    public IReadOnlyList<FaultRecord> InjectedFaults { get; init; } = [];
    /// <summary>When the sources started, ns on the rig clock: the times of faults count from there.</summary>
    public long StartedNs { get; init; }
    /// <summary>Each unit that was both predicted and recorded.</summary>
    public IReadOnlyList<UnitCorrelation> Correlation { get; init; } = [];
    /// <summary>The displays: what they were, their flips, what was missed, and whether their timing is verified.</summary>
    public IReadOnlyList<JsonObject> Displays { get; init; } = [];
    /// <summary>What the controller did, and how soon; null without one.</summary>
    public JsonObject? Controller { get; init; }
    /// <summary>What ended the run before its time; null when it ended well.</summary>
    public string? Fault { get; init; }

    /// <summary>The summary with the keys that every summary of a run has, and its own.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["predictions"] = Predictions,
            ["deadline_misses"] = DeadlineMisses,
            ["fallbacks"] = Fallbacks,
            ["degraded"] = Degraded,
            ["late_results"] = LateResults,
            ["closed_by_time"] = ClosedByTime,
            ["drops"] = Drops,
            ["latency_us"] = Json(LatencyUs),
            ["allocated_bytes_per_frame"] = AllocatedBytesPerFrame,
            ["gc"] = new JsonObject { ["gen0"] = Collections[0], ["gen1"] = Collections[1], ["gen2"] = Collections[2] },
            ["step_us"] = Json(StepUs),
            ["late_samples"] = Streams.Where(s => s.Needed).Sum(s => s.NotMerged),
            ["refused"] = Streams.Sum(s => s.Refused),
            ["ready_s"] = Math.Round(ReadySeconds, 3),
            ["seconds"] = Math.Round(Seconds, 3),
            ["session"] = Session,
            ["network"] = NetworkHash,
            ["untrained"] = Untrained,
            ["streams"] = new JsonArray([.. Streams.Select(Json)]),
            ["clocks"] = new JsonArray([.. Clocks.Select(Json)]),
            ["faults"] = new JsonArray([.. Faults.Select(Json)]),
        };
        if (InjectedFaults.Count > 0)
        {
            json["faults_injected"] = new JsonArray([.. InjectedFaults.Select(Json)]);
        }
        if (Displays.Count > 0)
        {
            json["displays"] = new JsonArray([.. Displays.Select(d => d.DeepClone())]);
        }
        if (Controller is not null)
        {
            json["controller"] = Controller.DeepClone();
        }
        if (Correlation.Count > 0)
        {
            json["correlation"] = new JsonObject
            {
                ["units"] = Correlation.Count,
                ["mean_single_bin"] = Finite(Mean(c => c.SingleBin)),
                ["mean_boxcar"] = Finite(Mean(c => c.Boxcar)),
            };
        }
        if (Fault is not null)
        {
            json["error"] = Fault;
        }
        return json;
    }

    /// <summary>The mean over units that have a value; NaN where none has.</summary>
    public double Mean(Func<UnitCorrelation, double> of) => Correlation.Select(of).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();

    private static JsonNode Json(StreamSummary stream) => new JsonObject
    {
        ["name"] = stream.Name,
        ["published"] = stream.Published,
        ["received"] = stream.Received,
        ["dropped"] = stream.Dropped,
        ["refused"] = stream.Refused,
        ["not_merged"] = stream.NotMerged,
        ["needed"] = stream.Needed,
    };

    private static JsonNode Json(Recording.ClockEntry clock) => new JsonObject
    {
        ["name"] = clock.Name,
        ["offset_ns"] = clock.OffsetNs,
        ["drift_ppm"] = Math.Round(clock.DriftPpm, 3),
        ["uncertainty_us"] = Math.Round(clock.UncertaintyNs / 1e3, 1),
        ["resets"] = clock.Resets,
        ["outliers"] = clock.Outliers,
        ["last_reset_ns"] = clock.LastResetNs,
        ["last_jump_ns"] = clock.LastJumpNs,
        ["by_sync"] = clock.BySync,
    };

    private JsonNode Json(FaultRecord fault) => new JsonObject
    {
        ["stream"] = fault.Stream,
        ["kind"] = fault.Kind.Name(),
        ["start_s"] = Math.Round((fault.StartNs - StartedNs) / 1e9, 3),
        ["end_s"] = Math.Round((fault.EndNs - StartedNs) / 1e9, 3),
        ["count"] = fault.Count,
        ["text"] = fault.Text,
        ["by"] = fault.By == FaultWitness.Source ? "source" : "receiver",
    };

    internal static JsonObject Json(LatencySummary latency) => new()
    {
        ["p50"] = Math.Round(latency.P50, 1),
        ["p99"] = Math.Round(latency.P99, 1),
        ["p999"] = Math.Round(latency.P999, 1),
        ["max"] = Math.Round(latency.Max, 1),
    };

    // JSON has no NaN.
    private static JsonNode? Finite(double value) => double.IsFinite(value) ? Math.Round(value, 4) : null;
}
