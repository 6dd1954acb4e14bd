using System.Globalization;
using System.Text.Json.Nodes;

namespace LoopRig.Benchmarks;

/// <summary>One measured case of a benchmark: its lines for the terminal and its JSON, whose keys docs/benchmarks.md lists.</summary>
/// <param name="Json">The documented keys.</param>
/// <param name="Lines">The same for a person.</param>
internal sealed record Result(JsonObject Json, IReadOnlyList<string> Lines)
{
    /// <summary>A case against a reference in the same run.</summary>
    /// <param name="name">The benchmark's name.</param>
    /// <param name="variant">Which case of it.</param>
    /// <param name="threads">Threads on both sides.</param>
    /// <param name="reference">The reference's form.</param>
    /// <param name="comparison">The figures.</param>
    /// <param name="budget">The ratio that must not be exceeded; null where none is set.</param>
    public static Result Against(string name, string variant, int threads, string reference, Comparison comparison, double? budget)
    {
        var json = new JsonObject
        {
            ["name"] = name,
            ["case"] = variant,
            ["threads"] = threads,
            ["reference"] = reference,
            ["ratio"] = Round(comparison.Ratio),
            ["ratio_interval"] = new JsonArray(Round(comparison.Interval.Low), Round(comparison.Interval.High)),
            ["ours_ms"] = ToJson(comparison.OursMs),
            ["reference_ms"] = ToJson(comparison.ReferenceMs),
            ["blocks"] = comparison.Blocks,
        };
        var verdict = "";
        if (budget is { } limit)
        {
            json["budget"] = limit;
            json["within_budget"] = comparison.Ratio <= limit;
            verdict = comparison.Ratio <= limit ? $", within {limit:0.##}" : $", OVER {limit:0.##}";
        }
        return new Result(json,
        [
            $"{name} {variant}, {threads} thread{(threads == 1 ? "" : "s")}: ratio {comparison.Ratio:0.000} [{comparison.Interval.Low:0.000}, {comparison.Interval.High:0.000}]{verdict}",
            $"  ours      min {comparison.OursMs.Min,9:0.0000}  p50 {comparison.OursMs.P50,9:0.0000}  p99 {comparison.OursMs.P99,9:0.0000} ms",
            $"  reference min {comparison.ReferenceMs.Min,9:0.0000}  p50 {comparison.ReferenceMs.P50,9:0.0000}  p99 {comparison.ReferenceMs.P99,9:0.0000} ms  {reference}",
        ]);
    }

    public static JsonObject ToJson(Spread spread) => new() { ["min"] = Round(spread.Min), ["p50"] = Round(spread.P50), ["p99"] = Round(spread.P99) };

    /// <summary>Five significant digits: more would pretend a precision that no measurement has.</summary>
    public static double Round(double value) =>
        double.IsFinite(value) && value != 0 ? double.Parse(value.ToString("G5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : 0;
}
