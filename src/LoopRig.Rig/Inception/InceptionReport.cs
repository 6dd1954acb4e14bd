using System.Globalization;
using System.Text.Json.Nodes;
using LoopRig.Core.Stimuli;
using LoopRig.Models;
using LoopRig.Training;

namespace LoopRig.Rig.Inception;

/// <summary>What a finished loop came to: read back from its folder, so that it is the same after any number of restarts.</summary>
internal sealed record InceptionReport
{
    // A computer that does other work beside the loop may be late now and then; the summary counts each.
    private const double LeastShareInTime = 0.99;

    public required InceptionConfig Config { get; init; }

    public required InceptionFolder Folder { get; init; }

    public required InceptionState State { get; init; }

    public required Selection Selection { get; init; }

    public required MeiSet Set { get; init; }

    public required Verification Verification { get; init; }

    /// <summary>The summary of the live part.</summary>
    public required JsonObject Live { get; init; }

    /// <summary>Where the natural images came from.</summary>
    public required string Images { get; init; }

    /// <summary>The network in words: kind, widths, what it sees.</summary>
    public required string Network { get; init; }

    public required TrainingCurve? Curve { get; init; }

    /// <summary>The share of neurons that must be driven most by their own image.</summary>
    public required double LeastShareAbove { get; init; }

    /// <summary>Reads a loop's results.</summary>
    /// <exception cref="Core.LoopRigException">A file of it is missing or damaged.</exception>
    public static InceptionReport Read(InceptionConfig config, InceptionFolder folder, InceptionState state, double leastShareAbove)
    {
        using var network = NetworkFile.Load(state.Network!);
        return new InceptionReport
        {
            Config = config,
            Folder = folder,
            State = state,
            Selection = DurableFile.Read<Selection>(folder.Selection),
            Set = MeiSet.Load(folder.Set),
            Verification = DurableFile.Read<Verification>(folder.Verification),
            Live = DurableFile.Read<JsonObject>(folder.Live),
            Images = DurableFile.Read<string>(folder.Images),
            Network = Describe(config, network),
            Curve = TrainingCurve.Read("training", folder.Training),
            LeastShareAbove = leastShareAbove,
        };
    }

    /// <summary>Whether the loop has shown what it is for, with everything on time.</summary>
    public bool Passed => Promises.All(static p => p.Holds);

    /// <summary>Each promise, what was measured, and whether it holds.</summary>
    public IEnumerable<(string Promise, string Measured, bool Holds)> Promises
    {
        get
        {
            var units = Verification.Units;
            yield return (FormattableString.Invariant($"own MEI above every class of control for at least {100 * LeastShareAbove:F0} % of the neurons"),
                FormattableString.Invariant($"{units.Count(static u => u.Above)} of {units.Length} ({100 * Verification.ShareAbove:F0} %)"), Verification.ShareAbove >= LeastShareAbove);
            foreach (var c in Verification.Classes)
            {
                yield return ($"own MEI above {StimulusClass.Words(c.Class)}, paired over the neurons, p < 0.05",
                    FormattableString.Invariant($"{c.Above} of {units.Length}, {c.Ratio:F2} times the rate, Wilcoxon p {c.WilcoxonP:G2}, t-test p {c.StudentP:G2}"), c.MeanDifferenceHz > 0 && c.WilcoxonP < 0.05);
            }
            yield return (FormattableString.Invariant($"live: {100 * LeastShareInTime:F0} % of the predictions on time or more, nothing dropped"),
                FormattableString.Invariant($"{Count("predictions")} predictions, {Count("fallbacks")} fallbacks, {Count("drops")} drops"),
                Count("predictions") > 0 && Count("fallbacks") <= (1 - LeastShareInTime) * Count("predictions") && Count("drops") == 0);
        }
    }

    /// <summary>Seconds of all stages, over all starts.</summary>
    public double TotalSeconds => State.Seconds.Values.Sum();

    /// <summary>A number of the live part's summary.</summary>
    public long Count(string key) => (long?)Live[key] ?? 0;

    /// <summary>The report as JSON: the fixed keys of a live run, which are of the presentation, and the loop's own.</summary>
    public JsonObject ToJson()
    {
        var json = Live.DeepClone().AsObject();
        json["live_seconds"] = json["seconds"]?.DeepClone();
        json["seconds"] = Math.Round(TotalSeconds, 1);
        json["passed"] = Passed;
        json["units"] = Selection.Units.Length;
        json["units_selected"] = Verification.Units.Length;
        json["units_above_all_controls"] = Verification.Units.Count(static u => u.Above);
        json["share_above_all_controls"] = Math.Round(Verification.ShareAbove, 4);
        json["share_own_mei_best"] = Math.Round(Verification.ShareOwnBest, 4);
        json["controls"] = new JsonObject(Verification.Classes.Select(static c => KeyValuePair.Create(c.Class, (JsonNode?)new JsonObject
        {
            ["units_below_own"] = c.Above,
            ["own_over_class"] = Finite(c.Ratio),
            ["mean_difference_hz"] = Finite(c.MeanDifferenceHz),
            ["wilcoxon_p"] = Number(c.WilcoxonP),
            ["student_p"] = Number(c.StudentP),
        })));
        json["selection"] = new JsonArray([.. Selection.Chosen.Select(static u => new JsonObject { ["unit"] = u.Unit, ["reliability"] = Finite(u.Reliability), ["prediction"] = Finite(u.Prediction) })]);
        json["presentations"] = Verification.Presentations;
        json["network_description"] = Network;
        json["natural_images"] = Images;
        json["stage_seconds"] = new JsonObject(State.Seconds.Select(static s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value)));
        json["starts"] = State.Starts;
        json["resumed_in"] = new JsonArray([.. State.ResumedIn.Select(static s => (JsonNode)s)]);
        json["report"] = Folder.Report;
        return json;
    }

    /// <summary>The report on a terminal.</summary>
    public void Print(TextWriter to)
    {
        to.WriteLine();
        to.WriteLine("LoopRig inception loop: recorded, learnt, synthesised, shown and verified");
        to.WriteLine();
        to.WriteLine($"network: {Network}");
        to.WriteLine(FormattableString.Invariant($"live, in real time: bin closed to prediction out p50 {(double?)Live["latency_us"]?["p50"]:F0} us, p99 {(double?)Live["latency_us"]?["p99"]:F0} us, {(double?)Live["allocated_bytes_per_frame"]:F1} managed bytes a frame"));
        to.WriteLine();
        to.WriteLine("neuron          own MEI   natural     Gabor    others scrambled   (mean rate, Hz)");
        foreach (var u in Verification.Units)
        {
            to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{u.Unit,-12} {u.OwnHz,10:F1}") + string.Concat(
                StimulusClass.Controls.Select(c => string.Create(CultureInfo.InvariantCulture, $"{u.ControlHz[c],10:F1}"))) + (u.Above ? "" : "   not above all"));
        }
        to.WriteLine();
        foreach (var (promise, measured, holds) in Promises)
        {
            to.WriteLine($"{(holds ? "ok  " : "MISS")}  {promise}: {measured}");
        }
        to.WriteLine();
        to.WriteLine(string.Join(", ", State.Seconds.Select(static s => FormattableString.Invariant($"{s.Key} {s.Value:F0} s"))) + FormattableString.Invariant($"; {TotalSeconds:F0} s in all"));
        to.WriteLine($"Report: {Folder.Report}");
    }

    /// <summary>Writes the page.</summary>
    public void WritePage(string path)
    {
        File.WriteAllText(path + ".part", new InceptionPage(this).ToString());
        File.Move(path + ".part", path, overwrite: true);
    }

    private static string Describe(InceptionConfig config, INetwork network)
    {
        var recipe = ConfigJson.Write(config.Train)["network"]!.AsObject();
        var widths = string.Join(", ", recipe.Where(static p => p.Key != "kind" && p.Value is not null).Select(static p => $"{p.Key} {p.Value!.ToJsonString()}"));
        return $"{network.Kind} ({widths}); {network.Units} units, {network.Weights.Parameters.Values.Sum(static t => t.Elements)} weights, inputs {string.Join(", ", network.Inputs.Select(static i => i.Name))}";
    }

    private static JsonNode? Finite(double value) => double.IsFinite(value) ? JsonValue.Create(Math.Round(value, 4)) : null;

    private static JsonNode? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
