namespace LoopRig.Training;

/// <summary>The results of a sweep's cells, put together: scores of each unit as means over seeds, tables, comparisons and the learning curve.</summary>
public sealed class SweepResults
{
    private readonly SweepConfig _config;
    private readonly SweepPlan _plan;
    private readonly Dictionary<string, CellResult?> _cells;

    /// <summary>Reads what there is.</summary>
    public SweepResults(SweepConfig config, SweepPlan plan)
    {
        (_config, _plan) = (config, plan);
        _cells = plan.Cells.ToDictionary(static cell => cell.Name, cell => CellResult.Read(plan.FolderOf(cell)));
    }

    /// <summary>A cell's result; null while it has none.</summary>
    public CellResult? this[SweepCell cell] => _cells[cell.Name];

    /// <summary>Cells with scores.</summary>
    public int Done => _cells.Values.Count(static cell => cell is { Error: null });

    /// <summary>Cells that failed, and why.</summary>
    public IReadOnlyList<(string Name, string Error)> Failed => [.. _cells.Where(static pair => pair.Value?.Error is not null).Select(static pair => (pair.Key, pair.Value!.Error!))];

    /// <summary>A score of each unit of one animal, the mean over the seeds; null where a cell is missing or failed.</summary>
    public double[]? Units(SweepArm arm, string animal, ScoreKind kind) => MeanOver(_config.Seeds.Select(seed => this[_plan.Of(arm, animal, seed)]), kind);

    /// <summary>The same over the units of all animals.</summary>
    public double[]? Units(SweepArm arm, ScoreKind kind)
    {
        double[]?[] animals = [.. _config.Animals.Keys.Select(animal => Units(arm, animal, kind))];
        return Array.Exists(animals, static units => units is null) ? null : [.. animals.SelectMany(static units => units!)];
    }

    /// <summary>A score of each unit of the new animal after so many minutes, the mean over the seeds.</summary>
    public double[]? Curve(double minutes, bool transfer, ScoreKind kind)
        => MeanOver(_config.Seeds.Select(seed => this[_plan.Curve(_config.LearningCurve!, minutes, seed, transfer)]), kind);

    /// <summary>What is claimed, what was measured, and whether it holds.</summary>
    public IReadOnlyList<SweepVerdict> Verdicts => [.. _config.Comparisons.Select(Verdict), .. _config.LearningCurve is { } curve ? CurveVerdicts(curve) : []];

    private SweepVerdict Verdict(SweepComparison comparison)
    {
        string claim = FormattableString.Invariant($"{comparison.Better.Name} beats {comparison.Than.Name} in mean held-out {EvaluationReport.Title(_config.Score)}, p < {comparison.P}");
        if (Units(comparison.Better, _config.Score) is not { } better || Units(comparison.Than, _config.Score) is not { } than)
            return new SweepVerdict(claim, "cells are missing", false, null);
        PairedTest test = _config.Score.Compare(better, than);
        bool holds = _config.Score.Gain(test.MeanDifference) > 0 && test.WilcoxonP < comparison.P && test.StudentP < comparison.P;
        return new SweepVerdict(claim, FormattableString.Invariant(
            $"{Mean(better):F4} against {Mean(than):F4}, difference {test.MeanDifference:+0.0000;-0.0000} over {test.Units} units, better for {100 * test.Better:F0} %, Wilcoxon p {test.WilcoxonP:0.0e+0}, t-test p {test.StudentP:0.0e+0}"), holds, test);
    }

    private IEnumerable<SweepVerdict> CurveVerdicts(LearningCurveConfig curve)
    {
        (double Minutes, double Scratch, double Transfer)[] points = [.. curve.Minutes.Select(minutes => (minutes, Mean(Curve(minutes, false, _config.Score)), Mean(Curve(minutes, true, _config.Score))))];
        yield return new SweepVerdict(
            $"the learning curve with a transferred core lies {(_config.Score.LowerIsBetter() ? "below" : "above")} the one from scratch",
            string.Join(", ", points.Select(static point => FormattableString.Invariant($"{point.Minutes} min {point.Transfer:F4} against {point.Scratch:F4}"))),
            Array.TrueForAll(points, point => _config.Score.Gain(point.Transfer) > _config.Score.Gain(point.Scratch)), null);
        double scratch = points.First(point => point.Minutes == curve.ScratchMinutes).Scratch, transfer = points.First(point => point.Minutes == curve.TransferMinutes).Transfer;
        yield return new SweepVerdict(
            FormattableString.Invariant($"with a transferred core {curve.TransferMinutes} min reach what {curve.ScratchMinutes} min reach from scratch"),
            FormattableString.Invariant($"{transfer:F4} against {scratch:F4}"), _config.Score.Gain(transfer) >= _config.Score.Gain(scratch), null);
    }

    internal static double Mean(double[]? scores) => scores is null ? double.NaN : scores.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();

    private static double[]? MeanOver(IEnumerable<CellResult?> seeds, ScoreKind kind)
    {
        CellResult?[] cells = [.. seeds];
        if (!Array.TrueForAll(cells, cell => cell is { Error: null } && cell.Scores.ContainsKey(kind)))
            return null;
        return [.. Enumerable.Range(0, cells[0]!.Units.Length).Select(unit => cells.Average(cell => cell!.Scores[kind][unit]))];
    }
}

/// <summary>A claim and what became of it.</summary>
/// <param name="Claim">What should hold.</param>
/// <param name="Measured">What was measured.</param>
/// <param name="Passed">Whether it holds.</param>
/// <param name="Test">The paired test behind it; null for claims about curves.</param>
public sealed record SweepVerdict(string Claim, string Measured, bool Passed, PairedTest? Test);
