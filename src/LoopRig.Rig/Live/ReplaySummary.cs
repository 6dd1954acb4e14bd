using System.Text.Json.Nodes;

namespace LoopRig.Rig.Live;

/// <summary>How a replay compares with what was recorded.</summary>
public sealed record ReplaySummary
{
    /// <summary>Predictions that were recorded.</summary>
    public int Predictions { get; init; }
    /// <summary>Of these, computed again with the same bits.</summary>
    public int Equal { get; init; }
    /// <summary>Of these, computed again with other bits.</summary>
    public int Different { get; init; }
    /// <summary>The first bin whose bits differ; null if none.</summary>
    public long? FirstDifferentBin { get; init; }
    /// <summary>The largest difference of one value.</summary>
    public double MaxDifference { get; init; }
    /// <summary>Bins whose samples the log no longer has whole.</summary>
    public int Incomplete { get; init; }
    /// <summary>The first reason for an incomplete bin; null if none.</summary>
    public string? FirstProblem { get; init; }
    /// <summary>Bins that got the fallback when they were recorded.</summary>
    public int Fallbacks { get; init; }
    /// <summary>Bins whose deadline was missed when they were recorded.</summary>
    public int DeadlineMisses { get; init; }
    /// <summary>Bins with a missing or stale input when they were recorded.</summary>
    public int Degraded { get; init; }
    /// <summary>Bins that the network stepped on and whose deadline passed before it was done.</summary>
    public int LateResults { get; init; }
    /// <summary>Bins that closed because the allowed lateness was over.</summary>
    public int ClosedByTime { get; init; }
    /// <summary>Network changes that were replayed.</summary>
    public int Swaps { get; init; }
    /// <summary>Latencies of the recorded run.</summary>
    public Core.LatencySummary LatencyUs { get; init; }

    /// <summary>Whether every recorded prediction came out with the same bits.</summary>
    public bool Passed => Predictions > 0 && Equal == Predictions;

    /// <summary>The summary with the keys that every summary of a run has, and its own.</summary>
    public JsonObject ToJson()
    {
        // A replay drops nothing and allocates where it likes: what it says of the run is what the session holds.
        var json = new RunSummary
        {
            Predictions = Predictions,
            DeadlineMisses = DeadlineMisses,
            Fallbacks = Fallbacks,
            Degraded = Degraded,
            LateResults = LateResults,
            ClosedByTime = ClosedByTime,
            LatencyUs = LatencyUs,
        }.ToJson();
        json["equal"] = Equal;
        json["different"] = Different;
        json["first_different_bin"] = FirstDifferentBin;
        json["max_difference"] = MaxDifference;
        json["incomplete_bins"] = Incomplete;
        json["first_problem"] = FirstProblem;
        json["swaps"] = Swaps;
        json["passed"] = Passed;
        return json;
    }
}
