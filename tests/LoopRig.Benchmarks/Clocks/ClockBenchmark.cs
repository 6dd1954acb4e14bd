using System.Diagnostics;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Simulation;

namespace LoopRig.Benchmarks;

/// <summary>
/// Ten simulated minutes of four devices with clocks of their own: how far converted times are from the truth, whether the stated uncertainty covers that, and how
/// soon after a reset it holds. The same messages go to a sliding minimum and to least squares.
/// </summary>
internal sealed class ClockBenchmark : IBenchmark
{
    private const double BudgetUs = 1000;
    private const double LeastCoverage = 0.95;

    public string Name => "clock";

    public string Description => "device clocks with drift, jitter, stalls and resets: error and stated uncertainty, against a sliding minimum and least squares";

    public IReadOnlyList<int> Threads => [1];

    public IEnumerable<Result> Run(int threads, string? input)
    {
        foreach (var kind in Enum.GetValues<DelayKind>().OrderByDescending(k => k == DelayKind.Exponential))
        {
            var trial = ClockTrial.TenMinutes(1);
            yield return Measure(kind, trial with { Devices = [.. trial.Devices.Select(d => d with { Delay = kind })] });
        }
    }

    private Result Measure(DelayKind kind, ClockTrial trial)
    {
        var live = new AlignerConverter(trial.Streams);
        var results = trial.Run(live, new SlidingMinimum(trial.Streams), new LeastSquares(trial.Streams));
        var ours = results[0];
        var recovery = ours.Recoveries().ToArray();
        var slowest = recovery.Max(r => r.Seconds);
        var passed = Enumerable.Range(0, trial.Devices.Count).All(d => ours.ErrorNs(0.99, d) <= BudgetUs * 1e3) && ours.Coverage() >= LeastCoverage;
        const string Reference = "the least host minus device time of the last 10 to 20 s";
        var json = new JsonObject
        {
            ["name"] = Name,
            ["case"] = kind.ToString(),
            ["threads"] = 1,
            ["reference"] = Reference,
            ["ratio"] = Result.Round(ours.ErrorNs(0.5) / results[1].ErrorNs(0.5)),
            ["ratio_p99"] = Result.Round(ours.ErrorNs(0.99) / results[1].ErrorNs(0.99)),
            ["ours_ms"] = Milliseconds(ours),
            ["reference_ms"] = Milliseconds(results[1]),
            ["least_squares_ms"] = Milliseconds(results[2]),
            ["coverage"] = Result.Round(ours.Coverage()),
            ["least_squares_coverage"] = Result.Round(results[2].Coverage()),
            ["uncertainty_median_ms"] = Result.Round(Median(ours) / 1e6),
            ["recovery_s"] = new JsonArray([.. recovery.Select(r => (JsonNode)new JsonObject { ["device"] = r.Device, ["at_s"] = r.AtSeconds, ["seconds"] = Result.Round(r.Seconds) })]),
            ["resets"] = live.Aligner.Clocks.Devices.Sum(c => c.Fit.Resets),
            ["outliers"] = live.Aligner.Clocks.Devices.Sum(c => c.Fit.Outliers),
            ["backwards"] = ours.Backwards,
            ["observation_ns"] = Result.Round(NsPerObservation()),
            ["devices"] = new JsonArray([.. trial.Devices.Select((d, i) => (JsonNode)new JsonObject
            {
                ["name"] = d.Name,
                ["drift_ppm"] = d.DriftPpm,
                ["error_ms"] = Milliseconds(ours, i),
                ["coverage"] = Result.Round(ours.Coverage(i)),
            })]),
            ["budget_ms"] = BudgetUs / 1e3,
            ["within_budget"] = passed,
        };
        return new Result(json,
        [
            $"{Name} {kind}: 600 s, {trial.Devices.Count} devices of 50 ppm, delays of {trial.Devices[0].DelayMs:0} ms on average, {trial.Stalls.Count} stalls, {trial.Devices.Sum(d => d.Resets.Count)} resets; "
                + (passed ? "p99 within 1 ms, covered" : "NOT within 1 ms at p99, or not covered"),
            $"  ours             {Text(ours)}; the stated uncertainty (median {Median(ours) / 1e6:0.000} ms) covers the error in {ours.Coverage():0.0 %} of seconds",
            $"  sliding minimum  {Text(results[1])}",
            $"  least squares    {Text(results[2])}; its own uncertainty covers {results[2].Coverage():0.0 %}",
            $"  1 ms holds after {string.Join(", ", recovery.Select(r => $"{r.Device} at {r.AtSeconds:0} s: {r.Seconds:0.00} s"))}; slowest {slowest:0.00} s; {json["observation_ns"]} ns an observation",
        ]);
    }

    // What one message costs: observation, the fit's share, conversion.
    private static double NsPerObservation()
    {
        var clock = new RigClocks([new SimulatedDevice { Name = "device", RateHz = 100 }.Describe(1)])[0];
        var random = new SeededRandom(1, "cost");
        const int Count = 1_000_000;
        var delays = Enumerable.Range(0, Count).Select(_ => (long)random.Exponential(5e6)).ToArray();
        var before = Stopwatch.GetTimestamp();
        long sum = 0;
        for (var i = 0; i < Count; i++)
        {
            var device = i * 10_000_000L;
            clock.Observe(new FrameHeader { DeviceTimeNs = device, HostTimeNs = device + delays[i] });
            sum += clock.ToRig(device);
        }
        return sum == 0 ? double.NaN : (double)(Stopwatch.GetTimestamp() - before) / Count;
    }

    private static double Median(ClockTrialResult result)
    {
        var all = result.UncertaintiesNs.SelectMany(static u => u).ToArray();
        Array.Sort(all);
        return all[all.Length / 2];
    }

    private static string Text(ClockTrialResult r) => $"error p50 {r.ErrorNs(0.5) / 1e6,7:0.000}  p99 {r.ErrorNs(0.99) / 1e6,10:0.000}  max {r.ErrorNs(1) / 1e6,10:0.000} ms";

    private static JsonObject Milliseconds(ClockTrialResult r, int? device = null) => new()
    {
        ["p50"] = Result.Round(r.ErrorNs(0.5, device) / 1e6),
        ["p99"] = Result.Round(r.ErrorNs(0.99, device) / 1e6),
        ["max"] = Result.Round(r.ErrorNs(1, device) / 1e6),
    };
}
