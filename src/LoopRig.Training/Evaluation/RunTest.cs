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
    private readonly Evaluation? _own;
    private readonly IReadOnlyList<Evaluation> _against;
    private readonly string? _skipped;

    private RunTest(Evaluation? own, IReadOnlyList<Evaluation> against, IReadOnlyList<string> absent, string? skipped = null)
        => (_own, _against, Absent, _skipped) = (own, against, absent, skipped);

    /// <summary>Runs that were to be compared with, and are not there or share no session.</summary>
    public IReadOnlyList<string> Absent { get; }

    /// <summary>The median correlation of each session's units, single bins or images, of this run's networks; empty for data without a test part.</summary>
    public IEnumerable<double> Medians => _own?.Sessions.Select(static session => Median(session.First)) ?? [];

    /// <summary>The average of <see cref="Medians"/> over sessions; NaN for data without a test part.</summary>
    public double Average => Medians.DefaultIfEmpty(double.NaN).Average();

    /// <summary>Fits the floor, tests, compares, and logs. Data without a test part are left alone, and said to be.</summary>
    /// <param name="config">The run's config; paths absolute.</param>
    /// <param name="folder">The run's folder, with its networks.</param>
    /// <param name="stop">Ends it between two sessions.</param>
    /// <exception cref="LoopRigException">Data or networks cannot be read, or the log cannot be written: then nothing was opened.</exception>
    public static RunTest Execute(TrainConfig config, string folder, CancellationToken stop = default)
    {
        var references = new List<NetworkSource>();
        if (config.Floor is { } features)
        {
            string floor = Path.Combine(folder, $"ridge-{JsonNamingPolicy.CamelCase.ConvertName(features.ToString())}");
            RidgeFloor.FitAll(config.Data, config.Network, features, floor, stop);
            references.Add(new NetworkSource(floor, config.Device));
        }
        string[] runs = [.. config.CompareWith.Distinct()];
        // Two of one name go by their whole paths.
        HashSet<string> taken = [NameOf(folder), .. references.Select(static floor => floor.Name)];
        HashSet<string> clashing = [.. runs.Select(NameOf).CountBy(static name => name).Where(pair => pair.Value > 1 || taken.Contains(pair.Key)).Select(static pair => pair.Key)];
        references.AddRange(runs.Where(Directory.Exists).Select(run => new NetworkSource(run, config.Device, clashing.Contains(NameOf(run)) ? run : null)));
        List<string> absent = [.. runs.Where(static run => !Directory.Exists(run)).Select(static run => $"{run}: no such run; train it, then evaluate with --against")];
        Evaluation own;
        IReadOnlyList<Evaluation> against;
        try
        {
            (own, against) = EvaluationRun.Compare(new NetworkSource(folder, config.Device), references, config.Data, DataPart.Test, stop);
        }
        catch (EmptyPartException nothing)
        {
            return new RunTest(null, [], absent, $"not tested: {nothing.Message}");
        }
        absent.AddRange(against.Where(static evaluation => evaluation.Sessions.Count == 0).Select(static evaluation => $"{evaluation.Second}: it has no session in common"));
        var test = new RunTest(own, [.. against.Where(static evaluation => evaluation.Sessions.Count > 0)], absent);
        TestLog.Append(folder, "result", [.. Origin(config), .. test.ToJson()]);
        return test;
    }

    private static string NameOf(string run) => Path.GetFileName(Path.TrimEndingDirectorySeparator(run));

    /// <summary>The table: a line a session with the median correlation of its units, the average, and each comparison paired over all units.</summary>
    public IEnumerable<string> Lines()
    {
        if (_own is null)
        {
            yield return _skipped!;
            yield break;
        }
        var rows = new List<string[]> { (string[])["median test correlation", "units", _own.First, .. _against.Select(static evaluation => evaluation.Second!)] };
        foreach (EvaluatedSession session in _own.Sessions)
            rows.Add([session.Name, Invariant($"{session.First.UnitIds.Length}"), Number(Median(session.First)), .. _against.Select(evaluation => OfSecond(evaluation, session.Name))]);
        rows.Add(["average", Invariant($"{_own.Sessions.Sum(static session => session.First.UnitIds.Length)}"), Number(Average), .. _against.Select(static evaluation => Number(AverageOfSecond(evaluation)))]);
        int[] widths = [.. rows[0].Select((_, column) => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
            yield return string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])));
        foreach (Evaluation evaluation in _against)
        {
            PairedTest paired = evaluation.Compare(ScoreKind.SingleBin)!.Value;
            yield return Invariant($"against {evaluation.Second}, paired over {paired.Units} units: mean difference {paired.MeanDifference:+0.0000;-0.0000}, better for {100 * paired.Better:F0} %, Wilcoxon p {paired.WilcoxonP:G2}");
        }
        foreach (string note in _own.Notes.Concat(_against.SelectMany(static evaluation => evaluation.Notes)).Distinct())
            yield return $"note: {note}";
        foreach (string run in Absent)
            yield return $"not compared with {run}";
    }

    /// <summary>
    /// The same as JSON: <c>average_median_correlation</c>, <c>median_correlation</c> a session, and <c>against</c> with the same of each reference and the paired test; <c>skipped</c> where there is no test part.
    /// </summary>
    public JsonObject ToJson() => _own is null ? new() { ["skipped"] = _skipped } : new()
    {
        ["average_median_correlation"] = Finite(Average),
        ["median_correlation"] = new JsonObject(_own.Sessions.Select(static session => KeyValuePair.Create(session.Name, Finite(Median(session.First))))),
        ["against"] = new JsonObject(_against.Select(static evaluation => KeyValuePair.Create(evaluation.Second!, (JsonNode?)new JsonObject
        {
            ["average_median_correlation"] = Finite(AverageOfSecond(evaluation)),
            ["median_correlation"] = new JsonObject(evaluation.Sessions.Select(static session => KeyValuePair.Create(session.Name, Finite(Median(session.Second!))))),
            ["paired"] = EvaluationReport.Paired(evaluation.Compare(ScoreKind.SingleBin)!.Value),
        }))),
    };

    // A reference need not know every session.
    private static string OfSecond(Evaluation evaluation, string session)
        => evaluation.Sessions.FirstOrDefault(one => one.Name == session)?.Second is { } second ? Number(Median(second)) : "-";

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
