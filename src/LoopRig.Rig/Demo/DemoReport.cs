using System.Globalization;
using System.Text.Json.Nodes;
using LoopRig.Rig.Live;
using LoopRig.Simulation;
using LoopRig.Training;

namespace LoopRig.Rig.Demo;

/// <summary>What the demo found, against what it must find for the loop to be worth anything.</summary>
internal sealed record DemoReport(
    DemoSettings Settings, int Units, int VisualUnits, EvaluationResult Test, ShuffleControl Shuffled, TrainingResult Training, RunSummary Live, double TotalSeconds)
{
    // What the demo promises: a network that ignores vision, or behaviour, does not pass.
    private const double LeastShareOfCeiling = 0.6;
    private const double LeastImageDrop = 0.3;
    private const double LeastBehaviourDrop = 0.1;
    private const double VisualUnitShare = 0.3;
    // Of the bins that the live seconds hold: the first and the last are cut.
    private const double LeastPredicted = 0.98;
    private const double BinSeconds = 0.048;

    /// <summary>Collects the figures.</summary>
    public static DemoReport Build(DemoSettings settings, GroundTruth truth, TrainingResult training, EvaluationResult test, ShuffleControl shuffled, RunSummary live, double totalSeconds) =>
        new(settings, truth.Units.Count, truth.Units.Count(static u => u.BehaviourShare < VisualUnitShare), test, shuffled, training, live, totalSeconds);

    /// <summary>Each promise, what was measured, and whether it holds.</summary>
    private IEnumerable<(string Promise, string Measured, bool Holds)> Promises =>
    [
        ($"boxcar correlation at least {LeastShareOfCeiling} of the noise ceiling", Text(Test.BoxcarShareOfCeiling), Test.BoxcarShareOfCeiling >= LeastShareOfCeiling),
        ($"shuffled images lower it by at least {100 * LeastImageDrop:F0} %", Percent(Shuffled.ImageDrop), Shuffled.ImageDrop >= LeastImageDrop),
        ($"shuffled behaviour lowers it by at least {100 * LeastBehaviourDrop:F0} %", Percent(Shuffled.BehaviourDrop), Shuffled.BehaviourDrop >= LeastBehaviourDrop),
        ($"half of the neurons owe under {100 * VisualUnitShare:F0} % of their variance to behaviour", $"{VisualUnits} of {Units}", 2 * VisualUnits >= Units),
        ("live: every prediction on time, nothing dropped", $"{Live.Predictions} predictions, {Live.Fallbacks} fallbacks, {Live.Drops} drops",
            Live.Fault is null && Live.Drops == 0 && Live.Fallbacks == 0 && Live.Predictions >= LeastPredicted * Settings.LiveSeconds / BinSeconds),
    ];

    private double LiveSingleBin => Live.Mean(static c => c.SingleBin);

    private double LiveBoxcar => Live.Mean(static c => c.Boxcar);

    /// <summary>Whether every promise holds.</summary>
    public bool Passed => Promises.All(static p => p.Holds);

    /// <summary>The report on a terminal.</summary>
    public void Print(TextWriter to, string folder)
    {
        to.WriteLine();
        to.WriteLine("LoopRig demo: a simulated mouse, recorded, learnt and predicted live");
        to.WriteLine();
        to.WriteLine("held-out correlation (mean over neurons)   single 48 ms bin   2 s boxcar");
        Row(to, "network", Test.Prediction);
        Row(to, "noise ceiling (true rates)", Test.Ceiling!);
        Row(to, "network, images shuffled", Shuffled.ImagesShuffled);
        Row(to, "network, behaviour shuffled", Shuffled.BehaviourShuffled);
        to.WriteLine();
        to.WriteLine(FormattableString.Invariant($"live, {Settings.LiveSeconds} s of another session in real time: r {LiveSingleBin:F3} single bin, {LiveBoxcar:F3} causal boxcar;"));
        to.WriteLine(FormattableString.Invariant($"  bin closed to prediction out: p50 {Live.LatencyUs.P50:F0} us, p99 {Live.LatencyUs.P99:F0} us, {Live.AllocatedBytesPerFrame:F1} managed bytes a frame"));
        to.WriteLine();
        foreach (var (promise, measured, holds) in Promises)
        {
            to.WriteLine($"{(holds ? "ok  " : "MISS")}  {promise}: {measured}");
        }
        to.WriteLine();
        to.WriteLine(FormattableString.Invariant($"{TotalSeconds:F0} s in all. Report, network and both sessions: {folder}"));
        to.WriteLine("Next: ./looprig sessions list sessions/demo    ./looprig run rig-configs/sim-freely-moving.json");
    }

    /// <summary>The report as JSON: the fixed keys of a live run, and the demo's own.</summary>
    public JsonObject ToJson()
    {
        var json = Live.ToJson();
        json["passed"] = Passed;
        json["units"] = Units;
        json["units_mostly_visual"] = VisualUnits;
        json["test_bins"] = Test.Bins;
        json["test_correlation"] = Pair(Test.Prediction);
        json["noise_ceiling"] = Pair(Test.Ceiling!);
        json["correlation_images_shuffled"] = Pair(Shuffled.ImagesShuffled);
        json["correlation_behaviour_shuffled"] = Pair(Shuffled.BehaviourShuffled);
        json["boxcar_share_of_ceiling"] = Finite(Test.BoxcarShareOfCeiling);
        json["image_drop"] = Finite(Shuffled.ImageDrop);
        json["behaviour_drop"] = Finite(Shuffled.BehaviourDrop);
        json["live_correlation"] = new JsonObject { ["single_bin"] = Finite(LiveSingleBin), ["boxcar"] = Finite(LiveBoxcar) };
        json["training"] = new JsonObject
        {
            ["epochs"] = Training.Epochs,
            ["best_epoch"] = Training.BestEpoch,
            ["validation_losses"] = new JsonArray([.. Training.ValidationLosses.Select(static l => (JsonNode)l)]),
            ["seconds"] = Training.Duration.TotalSeconds,
        };
        json["seconds"] = TotalSeconds;
        return json;
    }

    private static JsonObject Pair(UnitScores scores) => new() { ["single_bin"] = Finite(scores.MeanSingleBin), ["boxcar"] = Finite(scores.MeanBoxcar) };

    private static JsonNode? Finite(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    private static void Row(TextWriter to, string name, UnitScores scores) =>
        to.WriteLine(FormattableString.Invariant($"  {name,-40} {scores.MeanSingleBin,16:F3} {scores.MeanBoxcar,12:F3}"));

    private static string Percent(double share) => (100 * share).ToString("F0", CultureInfo.InvariantCulture) + " %";

    private static string Text(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
}
