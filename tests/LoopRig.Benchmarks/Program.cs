using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoopRig.Core;

namespace LoopRig.Benchmarks;

/// <summary><c>looprig bench [NAME]</c>: measures, prints, writes the summary. Exit codes as everywhere: 1 failed, 2 bad arguments, 3 not ready.</summary>
internal static class Program
{
    private static readonly IBenchmark[] s_benchmarks = [new LiveLoopBenchmark(), new Allocations(), new StepXu(), new StepSensorium(), new StepFoundation(), new TrainXu(), new TrainFoundation(), new SynthesizeBenchmark(), new TensorCall(), new ClockBenchmark(), new HeadOrientation(), new Locomotion(), new EyeBenchmark(), new RenderBenchmark()];
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private static int Main(string[] arguments)
    {
        var name = new Argument<string?>("name") { Arity = ArgumentArity.ZeroOrOne, Description = "the benchmark; all without it" };
        var input = new Argument<string?>("input") { Arity = ArgumentArity.ZeroOrOne, Description = "the folder or file that it measures, where it takes one (--list says which do)" };
        var list = new Option<bool>("--list") { Description = "name the benchmarks" };
        var threads = new Option<int?>("--threads") { Description = "libtorch threads on both sides (default: what the benchmark names)" };
        var summary = new Option<string?>("--summary") { Description = "write the figures as JSON to this file" };
        var keep = new Option<bool>("--keep") { Description = "keep the figures in tests/LoopRig.Benchmarks/results/<processor>/" };
        var command = new RootCommand("Measures LoopRig, each figure against its reference in the same run.") { name, input, list, threads, summary, keep };
        command.SetAction(parsed => parsed.GetValue(list)
            ? List()
            : Run(parsed.GetValue(name), parsed.GetValue(input), parsed.GetValue(threads), parsed.GetValue(summary), parsed.GetValue(keep)));
        var parsed = command.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                Console.Error.WriteLine($"looprig: {error.Message}");
            }
            return 2;
        }
        return parsed.Invoke();
    }

    private static int List()
    {
        foreach (var benchmark in s_benchmarks)
        {
            Console.WriteLine($"{benchmark.Name,-16} {benchmark.Description}{(benchmark.InputName is { } input ? $"; takes {input}" : "")}");
        }
        return 0;
    }

    private static int Run(string? name, string? input, int? threads, string? summary, bool keep)
    {
        var chosen = s_benchmarks.Where(benchmark => name is null || benchmark.Name == name).ToArray();
        if (chosen.Length == 0)
        {
            Console.Error.WriteLine($"looprig: no benchmark '{name}': {string.Join(", ", s_benchmarks.Select(benchmark => benchmark.Name))}");
            return 2;
        }
        if (input is not null && chosen.Any(benchmark => benchmark.InputName is null))
        {
            Console.Error.WriteLine($"looprig: bench {name} takes no {input}");
            return 2;
        }
        if (threads is < 1)
        {
            Console.Error.WriteLine($"looprig: --threads {threads}: at least 1 is needed");
            return 2;
        }
        try
        {
            var machine = Machine.Describe();
            Console.WriteLine(string.Join("; ", machine.Select(entry => $"{entry.Key}: {entry.Value}")));
            var reports = chosen.Select(benchmark => Measure(benchmark, input, threads, machine, keep)).ToArray();
            if (summary is not null)
            {
                // One benchmark's keys lie at the top; of several, each has its own object.
                Write(summary, reports.Length == 1 ? reports[0] : new JsonObject { ["name"] = "all", ["benchmarks"] = new JsonArray([.. reports]) });
            }
            return 0;
        }
        catch (LoopRigException exception)
        {
            Console.Error.WriteLine($"looprig: {exception.Message}");
            return exception switch { NotReadyException => 3, RigConfigException => 2, _ => 1 };
        }
    }

    private static JsonObject Measure(IBenchmark benchmark, string? input, int? threads, JsonObject machine, bool keep)
    {
        var cases = new JsonArray();
        foreach (var count in threads is { } fixedCount ? [fixedCount] : benchmark.Threads)
        {
            foreach (var result in benchmark.Run(count, input))
            {
                foreach (var line in result.Lines)
                {
                    Console.WriteLine(line);
                }
                cases.Add(result.Json);
            }
        }
        // The leading case's figures lie at the top, under the keys that every benchmark shares.
        var report = (JsonObject)cases[0]!.DeepClone();
        report["cases"] = cases;
        report["machine"] = machine.DeepClone();
        if (keep)
        {
            Keep(benchmark.Name, report);
        }
        return report;
    }

    private static void Keep(string name, JsonObject report)
    {
        var processor = string.Concat(Machine.Processor.Select(c => char.IsLetterOrDigit(c) ? c : '-'));
        var folder = Path.Combine(Checkout.Root, "tests", "LoopRig.Benchmarks", "results", processor);
        Directory.CreateDirectory(folder);
        Write(Path.Combine(folder, name + ".json"), report);
    }

    private static void Write(string file, JsonObject json) => File.WriteAllText(file, json.ToJsonString(s_indented) + "\n");
}
