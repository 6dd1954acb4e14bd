using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>
/// The test part of a run's data, opened when training has ended: the run's networks beside a floor that is fitted to the same data and beside other runs.
/// The opening and the result are logged (<see cref="TestLog"/>), so that nobody chooses on the test part unseen.
/// </summary>
public sealed class RunTest
{
    private readonly IReadOnlyList<Evaluation> _evaluations;

    private RunTest(IReadOnlyList<Evaluation> evaluations, IReadOnlyList<string> absent) => (_evaluations, Absent) = (evaluations, absent);

    /// <summary>Runs that were to be compared with, and are not there.</summary>
    public IReadOnlyList<string> Absent { get; }

    /// <summary>The median correlation of each session's units, single bins or images, of this run's networks.</summary>
    public IEnumerable<double> Medians => _evaluations[0].Sessions.Select(static session => Median(session.First));

    /// <summary>The average of <see cref="Medians"/> over sessions.</summary>
    public double Average => Medians.Average();

    /// <summary>Fits the floor, tests, compares, and logs.</summary>
    /// <param name="config">The run's config; paths absolute.</param>
    /// <param name="folder">The run's folder, with its networks.</param>
    /// <param name="stop">Ends it between two sessions.</param>
    /// <exception cref="LoopRigException">Data or networks cannot be read, or the log cannot be written: then nothing was opened.</exception>
    public static RunTest Execute(TrainConfig config, string folder, CancellationToken stop = default)
    {
        var references = new List<string>();
        if (config.Floor is { } features)
        {
            string floor = Path.Combine(folder, $"ridge-{JsonNamingPolicy.CamelCase.ConvertName(features.ToString())}");
            RidgeFloor.FitAll(config.Data, features, floor, stop);
            references.Add(floor);
        }
        references.AddRange(config.CompareWith.Where(Directory.Exists));
        var own = new NetworkSource(folder);
        Evaluation[] evaluations = references.Count == 0
            ? [EvaluationRun.Execute(own, null, config.Data, stop)]
            : [.. references.Select(reference => EvaluationRun.Execute(own, new NetworkSource(reference), config.Data, stop))];
        var test = new RunTest(evaluations, [.. config.CompareWith.Where(static run => !Directory.Exists(run))]);
        TestLog.Append(folder, "result", [.. Origin(config), .. test.ToJson()]);
        return test;
    }

    /// <summary>The table: a line a session with the median correlation of its units, the average, and each comparison paired over all units.</summary>
    public IEnumerable<string> Lines()
    {
        Evaluation first = _evaluations[0];
        var rows = new List<string[]> { (string[])["median test correlation", "units", first.First, .. References().Select(static evaluation => evaluation.Second!)] };
        for (int at = 0; at < first.Sessions.Count; at++)
        {
            EvaluatedSession session = first.Sessions[at];
            rows.Add([session.Name, Invariant($"{session.First.UnitIds.Length}"), Number(Median(session.First)), .. References().Select(evaluation => Number(Median(evaluation.Sessions[at].Second!)))]);
        }
        rows.Add(["average", Invariant($"{first.Sessions.Sum(static session => session.First.UnitIds.Length)}"), Number(Average), .. References().Select(static evaluation => Number(AverageOfSecond(evaluation)))]);
        int[] widths = [.. rows[0].Select((_, column) => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
            yield return string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])));
        foreach (Evaluation evaluation in References())
        {
            PairedTest paired = evaluation.Compare(ScoreKind.SingleBin)!.Value;
            yield return Invariant($"against {evaluation.Second}, paired over {paired.Units} units: mean difference {paired.MeanDifference:+0.0000;-0.0000}, better for {100 * paired.Better:F0} %, Wilcoxon p {paired.WilcoxonP:G2}");
        }
        foreach (string run in Absent)
            yield return $"not compared with {run}: no such run; train it, then evaluate with --against";
    }

    /// <summary>The same as JSON: <c>average_median_correlation</c>, <c>median_correlation</c> a session, and <c>against</c> with the same of each reference and the paired test.</summary>
    public JsonObject ToJson() => new()
    {
        ["average_median_correlation"] = Finite(Average),
        ["median_correlation"] = new JsonObject(_evaluations[0].Sessions.Select(static session => KeyValuePair.Create(session.Name, Finite(Median(session.First))))),
        ["against"] = new JsonObject(References().Select(static evaluation => KeyValuePair.Create(evaluation.Second!, (JsonNode?)new JsonObject
        {
            ["average_median_correlation"] = Finite(AverageOfSecond(evaluation)),
            ["median_correlation"] = new JsonObject(evaluation.Sessions.Select(static session => KeyValuePair.Create(session.Name, Finite(Median(session.Second!))))),
            ["paired"] = EvaluationReport.Paired(evaluation.Compare(ScoreKind.SingleBin)!.Value),
        }))),
    };

    private IEnumerable<Evaluation> References() => _evaluations.Where(static evaluation => evaluation.Second is not null);

    private static double AverageOfSecond(Evaluation evaluation) => evaluation.Sessions.Average(static session => Median(session.Second!));

    private static double Median(EvaluationResult result) => ScoreSummary.Of(result.Prediction.Of(ScoreKind.SingleBin)).Median;

    // What decided the networks that were tested.
    private static JsonObject Origin(TrainConfig config) => new()
    {
        ["config_sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(config.Determining().ToJsonString()))),
        ["seed"] = config.Seed,
    };

    private static JsonNode? Finite(double value) => double.IsFinite(value) ? Math.Round(value, 5) : null;

    private static string Number(double value) => value.ToString("F4", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
