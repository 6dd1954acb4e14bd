using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>An evaluation as text, CSV, JSON and one self-contained HTML page.</summary>
public static class EvaluationReport
{
    private const string Blue = "#2563eb", Orange = "#d97706", Grey = "#6b7280", Red = "#b42318";
    private const int TracesShown = 6, TraceBins = 420;

    /// <summary>The table: a line a score with mean, interval, median and, for two networks, the paired tests.</summary>
    public static IEnumerable<string> Lines(Evaluation evaluation)
    {
        int units = evaluation.UnitNames.Count(), places = evaluation.Sessions.Sum(static session => session.First.Bins);
        yield return Invariant($"{evaluation.First}{(evaluation.Second is null ? "" : $" against {evaluation.Second}")}: {units} units of {evaluation.Sessions.Count} session{(evaluation.Sessions.Count == 1 ? "" : "s")}, {places} {(evaluation.Part == DataPart.Test ? "held-out" : "validation")} {(evaluation.Sessions[0].First.Predictions.InTime ? "bins" : "presentations")}");
        foreach (string note in evaluation.Notes)
            yield return $"  note: {note}";
        string[][] rows = [Head(evaluation), .. Rows(evaluation)];
        int[] widths = [.. rows[0].Select((_, column) => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
            yield return "  " + string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd();
    }

    /// <summary>One line a unit: session, unit, and each score of each network.</summary>
    public static string Csv(Evaluation evaluation)
    {
        var text = new StringBuilder("session,unit");
        foreach (ScoreKind kind in evaluation.Kinds)
            text.Append(CultureInfo.InvariantCulture, $",{Key(kind)}{(evaluation.Second is null ? "" : $",{Key(kind)}_other")},{Key(kind)}_ceiling");
        text.Append('\n');
        foreach (EvaluatedSession session in evaluation.Sessions)
        {
            for (int unit = 0; unit < session.First.UnitIds.Length; unit++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{Field(session.Name)},{Field(session.First.UnitIds[unit])}");
                foreach (ScoreKind kind in evaluation.Kinds)
                {
                    text.Append(',').Append(Number(session.First.Prediction.Of(kind)[unit]));
                    if (session.Second is not null)
                        text.Append(',').Append(Number(session.Second.Prediction.Of(kind)[unit]));
                    text.Append(',').Append(Number(session.First.Ceiling?.Of(kind)[unit] ?? double.NaN));
                }
                text.Append('\n');
            }
        }
        return text.ToString();
    }

    /// <summary>Every summary; <c>scores</c> by name, each with <c>mean</c>, <c>mean_interval</c>, <c>median</c>, <c>median_interval</c>, <c>std</c>, <c>units</c>.</summary>
    public static JsonObject Json(Evaluation evaluation)
    {
        var scores = new JsonObject();
        foreach (ScoreKind kind in evaluation.Kinds)
        {
            JsonObject score = Summary(ScoreSummary.Of(evaluation.Scores(kind)));
            if (Array.Exists(evaluation.Ceiling(kind), double.IsFinite))
                score["ceiling"] = Summary(ScoreSummary.Of(evaluation.Ceiling(kind)));
            if (evaluation.Compare(kind) is { } test)
            {
                score["other"] = Summary(ScoreSummary.Of(evaluation.OtherScores(kind)));
                score["paired"] = Paired(test);
            }
            scores[Key(kind)] = score;
        }
        return new JsonObject
        {
            ["network"] = evaluation.First,
            ["against"] = evaluation.Second,
            ["part"] = evaluation.Part.ToString().ToLowerInvariant(),
            ["notes"] = new JsonArray([.. evaluation.Notes.Select(static note => (JsonNode)note)]),
            ["sessions"] = new JsonArray([.. evaluation.Sessions.Select(static session => new JsonObject { ["name"] = session.Name, ["units"] = session.First.UnitIds.Length, ["bins"] = session.First.Bins })]),
            ["scores"] = scores,
        };
    }

    /// <summary>A paired test as JSON.</summary>
    public static JsonObject Paired(PairedTest test) => new()
    {
        ["units"] = test.Units,
        ["mean_difference"] = Finite(test.MeanDifference),
        ["share_better"] = Finite(test.Better),
        ["wilcoxon_p"] = Finite(test.WilcoxonP),
        ["t_test_p"] = Finite(test.StudentP),
    };

    /// <summary>The page.</summary>
    public static string Html(Evaluation evaluation)
    {
        var page = new Page(evaluation.Second is null ? evaluation.First : $"{evaluation.First} against {evaluation.Second}");
        page.Paragraph(Lines(evaluation).First());
        foreach (string note in evaluation.Notes)
            page.Paragraph(note);
        page.Table(Head(evaluation), Rows(evaluation));
        if (evaluation.Second is not null)
            page.Heading("Unit by unit").Paragraph($"Each point is a unit; above the dashed line {evaluation.First} predicts it better.").Charts(Correlations(evaluation).Select(kind => Scatter(evaluation, kind)));
        page.Heading("Distributions over units").Charts(evaluation.Kinds.Select(kind => Distribution(evaluation, kind)));
        if (evaluation.Kinds.Contains(ScoreKind.SingleBin))
            page.Heading("Predicted and recorded").Paragraph("The best, median and other units of each session; recorded activity in grey, of series in time smoothed over 5 bins as the prediction is.").Charts(evaluation.Sessions.SelectMany(session => Traces(evaluation, session)));
        if (evaluation.Curves.Count > 0)
            page.Heading("Training").Charts(evaluation.Curves.SelectMany(Curves));
        return page.ToString();
    }

    /// <summary>A score's name in files.</summary>
    public static string Key(ScoreKind kind) => kind switch
    {
        ScoreKind.PoissonLoss => "poisson_loss",
        ScoreKind.SingleBin => "correlation",
        ScoreKind.Boxcar => "correlation_boxcar",
        ScoreKind.CcAbs => "cc_abs",
        ScoreKind.CcMax => "cc_max",
        ScoreKind.CcNorm => "cc_norm",
        _ => "feve",
    };

    /// <summary>A score's name for readers.</summary>
    public static string Title(ScoreKind kind) => kind switch
    {
        ScoreKind.PoissonLoss => "Poisson loss",
        ScoreKind.SingleBin => "correlation",
        ScoreKind.Boxcar => "correlation, 2 s boxcar",
        ScoreKind.CcAbs => "cc_abs",
        ScoreKind.CcMax => "cc_max",
        ScoreKind.CcNorm => "cc_norm",
        _ => "explainable variance explained",
    };

    /// <summary>A name as a column of CSV: without what would break the line.</summary>
    public static string Field(string name) => name.Replace(',', ' ').Replace('\n', ' ').Replace('\r', ' ').Replace('"', '\'');

    /// <summary>JSON has no NaN: what is no number is null.</summary>
    public static JsonNode? Finite(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    private static string[] Head(Evaluation evaluation)
    {
        bool ceiling = evaluation.Kinds.Any(kind => Array.Exists(evaluation.Ceiling(kind), double.IsFinite));
        string[] head = ["score", "units", "mean", "95 %", "median", "95 %"];
        if (evaluation.Second is not null)
            head = [.. head, "other mean", "difference", "better", "Wilcoxon p", "t-test p"];
        return ceiling ? [.. head, "ceiling"] : head;
    }

    private static IEnumerable<string[]> Rows(Evaluation evaluation)
    {
        bool ceiling = Head(evaluation)[^1] == "ceiling";
        foreach (ScoreKind kind in evaluation.Kinds)
        {
            var summary = ScoreSummary.Of(evaluation.Scores(kind));
            string[] row = [Title(kind), Invariant($"{summary.Units}"), Invariant($"{summary.Mean:F3}"), Text(summary.MeanInterval), Invariant($"{summary.Median:F3}"), Text(summary.MedianInterval)];
            if (evaluation.Compare(kind) is { } test)
                row = [.. row, Invariant($"{ScoreSummary.Of(evaluation.OtherScores(kind)).Mean:F3}"), Invariant($"{test.MeanDifference:+0.0000;-0.0000}"), Invariant($"{100 * test.Better:F0} %"), P(test.WilcoxonP), P(test.StudentP)];
            yield return ceiling ? [.. row, Number3(ScoreSummary.Of(evaluation.Ceiling(kind)).Mean)] : row;
        }
    }

    private static IEnumerable<ScoreKind> Correlations(Evaluation evaluation)
        => evaluation.Kinds.Where(static kind => kind is ScoreKind.SingleBin or ScoreKind.Boxcar or ScoreKind.CcNorm or ScoreKind.ExplainableExplained);

    private static Chart Scatter(Evaluation evaluation, ScoreKind kind)
    {
        double[] first = evaluation.Scores(kind), second = evaluation.OtherScores(kind);
        (double Low, double High) range = Chart.Range(first.Concat(second));
        return new Chart(Title(kind), evaluation.Second!, evaluation.First, range, range)
            .Line([(range.Low, range.Low), (range.High, range.High)], Grey, dashed: true)
            .Dots(evaluation.UnitNames.Select((name, unit) => (second[unit], first[unit], Invariant($"{name}: {first[unit]:F3}, {second[unit]:F3}"))), Blue);
    }

    private static Chart Distribution(Evaluation evaluation, ScoreKind kind)
    {
        const int Steps = 20;
        double[] first = evaluation.Scores(kind), second = evaluation.Second is null ? [] : evaluation.OtherScores(kind);
        (double Low, double High) range = Chart.Range(first.Concat(second), 0);
        if (!(range.High > range.Low))
            range = (range.Low - 0.5, range.High + 0.5);
        (double From, double To, double Count)[] bars = [.. Chart.Histogram(first, range, Steps)], others = [.. Chart.Histogram(second, range, Steps)];
        Chart chart = new Chart(Title(kind), Title(kind), "units", range, (0, 1.25 * bars.Concat(others).Max(static bar => bar.Count))).Bars(bars, Blue, evaluation.First);
        return evaluation.Second is null ? chart : chart.Bars(others, Orange, evaluation.Second);
    }

    private static IEnumerable<Chart> Traces(Evaluation evaluation, EvaluatedSession session)
    {
        Predictions predictions = session.First.Predictions;
        double[] scores = session.First.Prediction.SingleBin;
        int[] ranked = [.. Enumerable.Range(0, scores.Length).Where(unit => double.IsFinite(scores[unit])).OrderByDescending(unit => scores[unit])];
        int shown = Math.Min(evaluation.Sessions.Count > 1 ? 2 : TracesShown, ranked.Length);
        foreach (int unit in Enumerable.Range(0, shown).Select(at => ranked[shown == 1 ? 0 : at * (ranked.Length - 1) / shown]))
            yield return Trace(evaluation, session, predictions, unit);
    }

    private static Chart Trace(Evaluation evaluation, EvaluatedSession session, Predictions predictions, int unit)
    {
        int count = Math.Min(TraceBins, predictions.Length);
        double step = predictions.InTime ? predictions.BinNs / 1e9 : 1;
        IEnumerable<(double, double)> Series(float[] values) => Smooth(values.AsSpan(0, count), predictions.InTime).Select((value, at) => (at * step, (double)value));
        (double, double)[] recorded = [.. Series(predictions.Recorded[unit])], predicted = [.. Series(predictions.Predicted[unit])];
        (double, double)[] other = session.Second is null || session.Second.Predictions.Length != predictions.Length ? [] : [.. Series(session.Second.Predictions.Predicted[unit])];
        (double Low, double High) range = Chart.Range(recorded.Concat(predicted).Concat(other).Select(static point => point.Item2));
        Chart chart = new Chart(Invariant($"{session.Name} {predictions.UnitIds[unit]}, r {session.First.Prediction.SingleBin[unit]:F2}"),
            predictions.InTime ? $"s of the {evaluation.Part.ToString().ToLowerInvariant()} part" : "presentation", "activity a bin", (0, count * step), (range.Low, range.High + 0.2 * (range.High - range.Low)), 640)
            .Line(recorded, Grey, "recorded", thickness: 1.2).Line(predicted, Blue, evaluation.First);
        return other.Length == 0 ? chart : chart.Line(other, Orange, evaluation.Second);
    }

    private static float[] Smooth(ReadOnlySpan<float> values, bool inTime)
    {
        var smooth = new float[values.Length];
        if (!inTime || values.Length < 5)
            values.CopyTo(smooth);
        else
            Correlation.Boxcar(values, 5, smooth);
        return smooth;
    }

    private static IEnumerable<Chart> Curves(TrainingCurve curve)
    {
        string[] colours = [Blue, Orange, Grey, Red];
        foreach ((string title, string[] words) in new[] { ("loss", new[] { "loss" }), ("validation score", ["correlation"]) })
        {
            KeyValuePair<string, double[]>[] columns = [.. curve.With(words).Take(colours.Length)];
            if (columns.Length == 0)
                continue;
            var chart = new Chart($"{curve.Name}: {title}", "epoch", title, (1, Math.Max(2, columns[0].Value.Length)), Chart.Range(columns.SelectMany(static column => column.Value)));
            for (int at = 0; at < columns.Length; at++)
                chart.Line(columns[at].Value.Select(static (value, epoch) => (epoch + 1.0, value)), colours[at], columns[at].Key);
            yield return chart;
        }
    }

    private static JsonObject Summary(ScoreSummary summary) => new()
    {
        ["units"] = summary.Units,
        ["mean"] = Finite(summary.Mean),
        ["mean_interval"] = new JsonArray(Finite(summary.MeanInterval.Low), Finite(summary.MeanInterval.High)),
        ["median"] = Finite(summary.Median),
        ["median_interval"] = new JsonArray(Finite(summary.MedianInterval.Low), Finite(summary.MedianInterval.High)),
        ["std"] = Finite(summary.Deviation),
    };

    private static string Text(Interval interval) => Invariant($"{interval.Low:F3} to {interval.High:F3}");

    private static string P(double p) => double.IsFinite(p) ? Invariant($"{p:0.0e+0}") : "-";

    private static string Number3(double value) => double.IsFinite(value) ? Invariant($"{value:F3}") : "-";

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
