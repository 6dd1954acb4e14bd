using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>A sweep's results as text in the papers' layout, CSV, JSON and one self-contained HTML page.</summary>
public sealed class SweepReport(SweepConfig config, SweepPlan plan, SweepResults results)
{
    private static readonly string[] s_colours = ["#2563eb", "#d97706", "#18794e", "#b42318", "#7c3aed", "#0e7490", "#be185d", "#6b7280"];

    /// <summary>Tables, learning curve and verdicts, line by line.</summary>
    public IEnumerable<string> Lines()
    {
        yield return config.Title;
        foreach (string note in config.Notes)
            yield return $"  {note}";
        foreach (SweepTable table in config.Tables)
        {
            yield return "";
            yield return $"{table.Title} ({EvaluationReport.Title(config.Score)}, mean +- std over neurons; * best of the column)";
            foreach (string line in Aligned([Head(table), .. Rows(table)]))
                yield return line;
        }
        if (config.LearningCurve is { } curve)
        {
            yield return "";
            yield return $"Learning curve of a new animal ({EvaluationReport.Title(config.Score)}, mean over neurons and {config.Seeds.Length} seeds)";
            foreach (string line in Aligned([["minutes", "from scratch", "transferred core", "difference", "Wilcoxon p"], .. CurveRows(curve)]))
                yield return line;
        }
        yield return "";
        foreach (SweepVerdict verdict in results.Verdicts)
            yield return $"{(verdict.Passed ? "passed" : "NOT   ")}  {verdict.Claim}: {verdict.Measured}";
        foreach ((string name, string error) in results.Failed)
            yield return $"failed  {name}: {error}";
        double seconds = plan.Cells.Sum(cell => results[cell]?.Seconds ?? 0);
        yield return FormattableString.Invariant($"{results.Done} of {plan.Cells.Count} cells done, {seconds / 60:F1} minutes of one thread in all");
    }

    /// <summary>One line a cell and unit.</summary>
    public string Csv()
    {
        ScoreKind[] kinds = [.. Enum.GetValues<ScoreKind>().Where(kind => plan.Cells.Any(cell => results[cell]?.Scores.ContainsKey(kind) == true))];
        var text = new StringBuilder("cell,unit");
        foreach (ScoreKind kind in kinds)
            text.Append(',').Append(EvaluationReport.Key(kind));
        text.Append('\n');
        foreach (SweepCell cell in plan.Cells)
        {
            if (results[cell] is not { Error: null } result)
                continue;
            for (int unit = 0; unit < result.Units.Length; unit++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{EvaluationReport.Field(cell.Name)},{EvaluationReport.Field(result.Units[unit])}");
                foreach (ScoreKind kind in kinds)
                    text.Append(',').Append(result.Scores.TryGetValue(kind, out double[]? scores) && double.IsFinite(scores[unit]) ? scores[unit].ToString("R", CultureInfo.InvariantCulture) : "");
                text.Append('\n');
            }
        }
        return text.ToString();
    }

    /// <summary><c>cells</c>, <c>tables</c>, <c>learning_curve</c>, <c>verdicts</c> and <c>passed</c>.</summary>
    public JsonObject Json()
    {
        var json = new JsonObject
        {
            ["title"] = config.Title,
            ["score"] = EvaluationReport.Key(config.Score),
            ["cells_done"] = results.Done,
            ["cells_failed"] = results.Failed.Count,
            ["cells"] = new JsonArray([.. plan.Cells.Select(Cell)]),
            ["tables"] = new JsonArray([.. config.Tables.Select(Table)]),
            ["verdicts"] = new JsonArray([.. results.Verdicts.Select(static verdict => new JsonObject
            {
                ["claim"] = verdict.Claim, ["measured"] = verdict.Measured, ["passed"] = verdict.Passed, ["paired"] = verdict.Test is { } test ? EvaluationReport.Paired(test) : null,
            })]),
            ["passed"] = Passed,
        };
        if (config.LearningCurve is { } curve)
        {
            json["learning_curve"] = new JsonArray([.. curve.Minutes.Select(minutes => new JsonObject
            {
                ["minutes"] = minutes,
                ["scratch"] = EvaluationReport.Finite(SweepResults.Mean(results.Curve(minutes, false, config.Score))),
                ["transfer"] = EvaluationReport.Finite(SweepResults.Mean(results.Curve(minutes, true, config.Score))),
            })]);
        }
        return json;
    }

    /// <summary>Whether every cell has scores and every claim holds.</summary>
    public bool Passed => results.Done == plan.Cells.Count && results.Verdicts.All(static verdict => verdict.Passed);

    /// <summary>The page.</summary>
    public string Html()
    {
        var page = new Page(config.Title);
        foreach (string note in config.Notes)
            page.Paragraph(note);
        foreach (SweepVerdict verdict in results.Verdicts)
            page.Paragraph($"{(verdict.Passed ? "passed" : "not passed")}: {verdict.Claim}: {verdict.Measured}", verdict.Passed ? "good" : "bad");
        foreach (SweepTable table in config.Tables)
        {
            page.Heading(table.Title).Paragraph($"{EvaluationReport.Title(config.Score)}, mean ± std over neurons; the best of each column in bold.");
            page.Table(Head(table), Rows(table).Select(static row => row.Select(static cell => cell.Replace("+-", "±", StringComparison.Ordinal))));
            page.Charts(Distributions(table).Concat(Pairs(table)));
        }
        if (config.LearningCurve is { } curve)
        {
            page.Heading("Learning curve of a new animal").Table(["minutes", "from scratch", "transferred core", "difference", "Wilcoxon p"], CurveRows(curve));
            page.Charts(CurveChart(curve));
        }
        page.Heading("Training").Charts(Losses());
        page.Heading("Cells").Table(["cell", "epochs", "parameters", "s", EvaluationReport.Title(config.Score), "ceiling (boxcar)"], plan.Cells.Select(CellRow));
        return page.ToString();
    }

    private string[] Head(SweepTable table)
    {
        SweepRow[] rows = [.. table.Rows];
        return ["", .. config.Animals.Keys.SelectMany(animal => rows[0].Arms.Select(arm => rows[0].Arms.Length == 1 ? animal : $"{animal}, {(arm.Shifter == true ? "shifter" : "no shifter")}"))];
    }

    private IEnumerable<string[]> Rows(SweepTable table)
    {
        SweepRow[] rows = [.. table.Rows];
        (ScoreSummary? Score, string Text)[][] cells = [.. rows.Select(row => config.Animals.Keys.SelectMany(animal => row.Arms.Select(arm => Cell(arm, animal))).ToArray())];
        for (int row = 0; row < rows.Length; row++)
        {
            string[] line = new string[cells[row].Length + 1];
            line[0] = Label(table, rows[row].Arms[0]);
            for (int column = 0; column < cells[row].Length; column++)
            {
                double best = cells.Max(other => other[column].Score is { } score ? config.Score.Gain(score.Mean) : double.NegativeInfinity);
                line[column + 1] = (rows.Length > 1 && cells[row][column].Score is { } own && config.Score.Gain(own.Mean) == best ? "*" : "") + cells[row][column].Text;
            }
            yield return line;
        }
    }

    private (ScoreSummary?, string) Cell(SweepArm arm, string animal)
    {
        if (results.Units(arm, animal, config.Score) is { } units)
        {
            var summary = ScoreSummary.Of(units);
            return (summary, FormattableString.Invariant($"{summary.Mean:F3} +- {summary.Deviation:F3}"));
        }
        return (null, config.Seeds.Any(seed => results[plan.Of(arm, animal, seed)]?.Error is not null) ? "failed" : "-");
    }

    // What tells the rows apart.
    private string Label(SweepTable table, SweepArm arm)
    {
        SweepArm[] rows = [.. table.Rows.Select(static row => row.Arms[0])];
        bool Differs<T>(Func<SweepArm, T> of) => rows.Select(of).Distinct().Skip(1).Any();
        List<string> parts = [];
        if (arm.Behaviour is not null && Differs(static row => row.Behaviour))
            parts.Add(BehaviourLabel(arm.Behaviour));
        if (arm.K is not null && Differs(static row => row.K) && arm.Behaviour != "none")
            parts.Add($"GRU_{arm.K}");
        if (parts.Count == 0 || Differs(static row => row.Network))
            parts.Insert(0, config.Networks[arm.Network].Label ?? arm.Network);
        return string.Join(", ", parts);
    }

    // As the paper writes the sets.
    private static string BehaviourLabel(string set)
    {
        if (set == "none")
            return "vision only";
        bool products = set.EndsWith('x');
        string name = products ? set[..^1] : set;
        return (name == "BD" ? "{B+D}" : name) + (products ? "x" : "");
    }

    private IEnumerable<string[]> CurveRows(LearningCurveConfig curve) => curve.Minutes.Select(minutes =>
    {
        double[]? scratch = results.Curve(minutes, false, config.Score), transfer = results.Curve(minutes, true, config.Score);
        if (scratch is null || transfer is null)
            return [FormattableString.Invariant($"{minutes}"), "-", "-", "-", "-"];
        PairedTest test = config.Score.Compare(transfer, scratch);
        return (string[])[
            FormattableString.Invariant($"{minutes}"), FormattableString.Invariant($"{SweepResults.Mean(scratch):F4}"), FormattableString.Invariant($"{SweepResults.Mean(transfer):F4}"),
            FormattableString.Invariant($"{test.MeanDifference:+0.0000;-0.0000}"), FormattableString.Invariant($"{test.WilcoxonP:0.0e+0}")];
    });

    private IEnumerable<Chart> Distributions(SweepTable table)
    {
        const int Steps = 16;
        foreach (string animal in config.Animals.Keys)
        {
            (string Name, double[] Units)[] arms = [.. table.Arms.Where(arm => results.Units(arm, animal, config.Score) is not null).Select(arm => (arm.Name, results.Units(arm, animal, config.Score)!))];
            if (arms.Length < 2)
                continue;
            (double Low, double High) range = Chart.Range(arms.SelectMany(static arm => arm.Units), 0);
            (double, double, double)[][] bars = [.. arms.Select(arm => Chart.Histogram(arm.Units, range, Steps).ToArray())];
            var chart = new Chart($"{animal}: neurons", EvaluationReport.Title(config.Score), "neurons", range, (0, 1.2 * bars.Max(static one => one.Max(static bar => bar.Item3))), 520);
            for (int arm = 0; arm < arms.Length; arm++)
                chart.Line(bars[arm].Select(static bar => ((bar.Item1 + bar.Item2) / 2, bar.Item3)), s_colours[arm % s_colours.Length], arm < s_colours.Length ? arms[arm].Name : null);
            yield return chart;
        }
    }

    // Unit by unit: the rows that comparisons name, else the last against the first.
    private IEnumerable<Chart> Pairs(SweepTable table)
    {
        SweepArm[] arms = [.. table.Arms];
        (SweepArm First, SweepArm Other)[] pairs = [.. config.Comparisons.Where(comparison => arms.Contains(comparison.Better) && arms.Contains(comparison.Than)).Select(static comparison => (comparison.Than, comparison.Better))];
        if (pairs.Length == 0 && arms.Length > 1)
            pairs = [(arms[0], arms[^1])];
        foreach ((SweepArm first, SweepArm other) in pairs)
        {
            if (results.Units(first, config.Score) is not { } scores || results.Units(other, config.Score) is not { } others)
                continue;
            (double Low, double High) range = Chart.Range(scores.Concat(others));
            yield return new Chart($"{other.Name} against {first.Name}", first.Name, other.Name, range, range)
                .Line([(range.Low, range.Low), (range.High, range.High)], "#6b7280", dashed: true)
                .Dots(scores.Select((score, unit) => (score, others[unit], FormattableString.Invariant($"{score:F3}, {others[unit]:F3}"))), s_colours[0]);
        }
    }

    private Chart CurveChart(LearningCurveConfig curve)
    {
        var sides = new[] { (Transfer: false, Name: "from scratch", Colour: s_colours[1]), (Transfer: true, Name: "transferred core", Colour: s_colours[0]) };
        (double Minutes, ScoreSummary Score)[] Of(bool transfer)
            => [.. curve.Minutes.Where(minutes => results.Curve(minutes, transfer, config.Score) is not null).Select(minutes => (minutes, ScoreSummary.Of(results.Curve(minutes, transfer, config.Score)!)))];
        (double Low, double High) range = Chart.Range(sides.SelectMany(side => Of(side.Transfer)).SelectMany(static point => new[] { point.Score.MeanInterval.Low, point.Score.MeanInterval.High }));
        var chart = new Chart("Held-out prediction of a new animal", "minutes of training data", EvaluationReport.Title(config.Score), (curve.Minutes.Min() * 0.85, curve.Minutes.Max() * 1.15), range, 560, logarithmic: true);
        foreach ((bool transfer, string name, string colour) in sides)
        {
            (double Minutes, ScoreSummary Score)[] points = Of(transfer);
            foreach ((double minutes, ScoreSummary score) in points)
                chart.Whisker(minutes, score.MeanInterval.Low, score.MeanInterval.High, colour);
            chart.Line(points.Select(static point => (point.Minutes, point.Score.Mean)), colour, name).Dots(points.Select(static point => (point.Minutes, point.Score.Mean, "")), colour);
        }
        return chart;
    }

    // Validation of every cell; one colour a network of the tables.
    private IEnumerable<Chart> Losses()
    {
        string[] networks = [.. config.Networks.Keys];
        foreach (string animal in config.Animals.Keys)
        {
            var lines = new List<(string Network, double[] Values)>();
            foreach (SweepArm arm in config.Tables.SelectMany(static table => table.Arms).Distinct())
            {
                foreach (int seed in config.Seeds)
                {
                    if (TrainingCurve.Read(arm.Name, plan.FolderOf(plan.Of(arm, animal, seed))) is { } curve && curve.With("validation").FirstOrDefault().Value is { } values)
                        lines.Add((arm.Network, values));
                }
            }
            if (lines.Count == 0)
                continue;
            var chart = new Chart($"{animal}: validation", "epoch", "loss", (1, Math.Max(2, lines.Max(static line => line.Values.Length))), Chart.Range(lines.SelectMany(static line => line.Values)), 520);
            foreach ((string network, double[] values) in lines)
                chart.Line(values.Select(static (value, epoch) => (epoch + 1.0, value)), s_colours[Array.IndexOf(networks, network) % s_colours.Length], thickness: 1);
            yield return chart;
        }
    }

    private JsonObject Cell(SweepCell cell)
    {
        CellResult? result = results[cell];
        return new JsonObject
        {
            ["name"] = cell.Name,
            ["folder"] = cell.Folder,
            ["state"] = result is null ? "missing" : result.Error is null ? "done" : "failed",
            ["error"] = result?.Error,
            ["mean"] = result?.Scores.TryGetValue(config.Score, out double[]? scores) == true ? EvaluationReport.Finite(SweepResults.Mean(scores)) : null,
            ["seconds"] = result?.Seconds,
            ["epochs"] = result?.Epochs,
        };
    }

    private JsonObject Table(SweepTable table) => new()
    {
        ["title"] = table.Title,
        ["columns"] = new JsonArray([.. Head(table).Skip(1).Select(static column => (JsonNode)column)]),
        ["rows"] = new JsonArray([.. table.Rows.Zip(Rows(table), (row, cells) => new JsonObject
        {
            ["label"] = cells[0],
            ["cells"] = new JsonArray([.. config.Animals.Keys.SelectMany(animal => row.Arms.Select(arm => results.Units(arm, animal, config.Score) is { } units
                ? new JsonObject { ["mean"] = EvaluationReport.Finite(SweepResults.Mean(units)), ["std"] = EvaluationReport.Finite(ScoreSummary.Of(units).Deviation) }
                : null))]),
        })]),
    };

    private string[] CellRow(SweepCell cell)
    {
        CellResult? result = results[cell];
        if (result is not { Error: null })
            return [cell.Name, result is null ? "missing" : "failed", "", "", "", ""];
        return [cell.Name, FormattableString.Invariant($"{result.Epochs}"), FormattableString.Invariant($"{result.Parameters}"), FormattableString.Invariant($"{result.Seconds:F0}"),
            FormattableString.Invariant($"{SweepResults.Mean(result.Scores.GetValueOrDefault(config.Score)):F4}"), double.IsFinite(result.CeilingBoxcar) ? FormattableString.Invariant($"{result.CeilingBoxcar:F3}") : ""];
    }

    private static IEnumerable<string> Aligned(string[][] rows)
    {
        int[] widths = [.. rows[0].Select((_, column) => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
            yield return "  " + string.Join("   ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd();
    }
}
