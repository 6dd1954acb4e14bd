using System.Text.Json.Nodes;
using LoopRig.Acquisition;
using LoopRig.Core;

namespace LoopRig.Benchmarks;

/// <summary>
/// Head orientation against optical truth: the angle between estimated and true gravity in the sensor's axes, over the samples that move, the first 5 s
/// left out. One set of constants for all trials; a plain complementary filter over the same samples is the reference.
/// </summary>
internal sealed class HeadOrientation : IBenchmark
{
    private const string Undisturbed = "_undisturbed_";

    public string Name => "imu";

    public string Description => "head orientation on recorded trials with optical truth: error and cost a sample, against a plain complementary filter";

    public IReadOnlyList<int> Threads => [1];

    public string InputName => "a folder of trials in the layout of BROAD";

    public IEnumerable<Result> Run(int threads, string? input)
    {
        var folder = input ?? Path.Combine(Checkout.Data, "imu", "broad");
        if (!Directory.Exists(folder))
        {
            throw input is null
                ? new NotReadyException($"{folder} is absent; LOOPRIG_DATA chooses the data folder, or give a folder of trials: bench imu DIR")
                : new RigConfigException("bench imu", "DIR", $"there is no folder {folder}");
        }
        var trials = ReferenceTrial.ReadAll(folder);
        var options = new OrientationOptions();
        var ours = trials.Select(trial => TrialError.Of(trial, options)).ToArray();
        var reference = trials.Select(TrialError.OfReference).ToArray();
        var comparison = Cost(trials[0], options);
        var result = Result.Against(Name, Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), threads, "complementary filter, time constant 0.5 s", comparison, null);
        var lines = new List<string>();
        Errors(result.Json, lines, trials, ours, reference);
        var ns = comparison.OursMs.P50 * 1e6 / FilterSide.Samples;
        var referenceNs = comparison.ReferenceMs.P50 * 1e6 / FilterSide.Samples;
        result.Json["ns_per_sample"] = Result.Round(ns);
        result.Json["reference_ns_per_sample"] = Result.Round(referenceNs);
        result.Json["neighbours"] = Around(lines, trials, options);
        lines.Add($"cost {ns:0} ns a sample, reference {referenceNs:0} ns; a step below is {FilterSide.Samples} samples");
        return [result with { Lines = [.. lines, .. result.Lines] }];
    }

    private static void Errors(JsonObject json, List<string> lines, ReferenceTrial[] trials, TrialError[] ours, TrialError[] reference)
    {
        var list = new JsonArray();
        lines.Add($"{"inclination error, deg RMS",-36} {"ours",7} {"most",7} {"in 2 sd",8} {"reference",10}");
        for (var i = 0; i < trials.Length; i++)
        {
            lines.Add($"{trials[i].Name,-36} {ours[i].RmsDeg,7:0.000} {ours[i].MostDeg,7:0.00} {ours[i].Covered,8:P0} {reference[i].RmsDeg,10:0.000}{(ours[i].Restarts > 0 ? $"  {ours[i].Restarts} restarts" : "")}");
            list.Add(new JsonObject
            {
                ["name"] = trials[i].Name,
                ["inclination_rmse_deg"] = Result.Round(ours[i].RmsDeg),
                ["largest_error_deg"] = Result.Round(ours[i].MostDeg),
                ["within_two_deviations"] = Result.Round(ours[i].Covered),
                ["restarts"] = ours[i].Restarts,
                ["reference_rmse_deg"] = Result.Round(reference[i].RmsDeg),
                ["seconds"] = Result.Round(trials[i].Seconds),
            });
        }
        json["trials"] = list;
        json["mean_rmse_deg"] = Result.Round(ours.Average(e => e.RmsDeg));
        json["reference_mean_rmse_deg"] = Result.Round(reference.Average(e => e.RmsDeg));
        lines.Add($"{"mean",-36} {ours.Average(e => e.RmsDeg),7:0.000} {"",16} {reference.Average(e => e.RmsDeg),10:0.000}");
        var undisturbed = Enumerable.Range(0, trials.Length).Where(i => trials[i].Name.Contains(Undisturbed, StringComparison.Ordinal)).ToArray();
        json["undisturbed_mean_rmse_deg"] = undisturbed.Length > 0 ? Result.Round(undisturbed.Average(i => ours[i].RmsDeg)) : null;
        if (undisturbed.Length > 0)
        {
            lines.Add($"{$"mean of the {undisturbed.Length} undisturbed",-36} {undisturbed.Average(i => ours[i].RmsDeg),7:0.000} {"",16} {undisturbed.Average(i => reference[i].RmsDeg),10:0.000}");
        }
    }

    private static JsonArray Around(List<string> lines, ReferenceTrial[] trials, OrientationOptions options)
    {
        var list = new JsonArray();
        var means = new List<double>();
        foreach (var (name, changed) in Neighbours.Of(options))
        {
            means.Add(trials.Average(trial => TrialError.Of(trial, changed).RmsDeg));
            list.Add(new JsonObject { ["constant"] = name, ["mean_rmse_deg"] = Result.Round(means[^1]) });
        }
        var worst = means.IndexOf(means.Max());
        lines.Add($"each constant at 0.7 and 1.4 times its value: mean {means.Min():0.000} to {means[worst]:0.000} ({list[worst]!["constant"]})");
        return list;
    }

    private static Comparison Cost(ReferenceTrial trial, OrientationOptions options)
    {
        var filter = new OrientationFilter(options);
        var reference = new ComplementaryFilter();
        return InterleavedRun.Measure(
            new FilterSide("OrientationFilter", trial, (time, rate, acceleration) => filter.Update(time, rate, acceleration)),
            new FilterSide("complementary filter", trial, reference.Update))[0];
    }
}
