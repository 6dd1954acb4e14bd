using System.Text.Json.Nodes;
using LoopRig.Models;
using LoopRig.Torch;

namespace LoopRig.Benchmarks;

/// <summary>What the benchmarks of network steps share: the frozen step against the fastest eager PyTorch form of the same weights and inputs.</summary>
internal static class StepBenchmark
{
    private const int CheckedSteps = 12;

    /// <param name="name">The benchmark.</param>
    /// <param name="variant">The case.</param>
    /// <param name="network">Our network; the reference reads the same weights from <paramref name="weights"/>.</param>
    /// <param name="weights">The weights' file.</param>
    /// <param name="script">The reference's script in <c>python/</c>.</param>
    /// <param name="inputs">One sequence for each of the network's inputs, in its order.</param>
    /// <param name="threads">Threads on both sides.</param>
    /// <param name="budget">The largest ratio allowed at one thread; null where none is set.</param>
    /// <param name="options">What the reference's script asks for; null: the frames of a window.</param>
    /// <param name="firstStep">The first step whose output the reference gives as well; null: the window's last.</param>
    public static Result Measure(
        string name, string variant, INetwork network, string weights, string script, IReadOnlyList<Sequence> inputs, int threads, double? budget, object? options = null, int? firstStep = null)
    {
        LibTorch.NumThreads = threads;
        using var folder = new WorkFolder();
        using var step = network.Freeze(Device.Cpu);
        var ours = new FrozenSide(step, inputs);
        using var python = new PythonReference(script, weights, folder.Write("inputs.safetensors", inputs), threads, options ?? new { frames = network.WindowFrames });
        var reference = python.Variants["reference"];
        var error = Agreement.Check($"{name} {variant}", ours.Outputs(firstStep ?? network.WindowFrames - 1, CheckedSteps), reference.Outputs(CheckedSteps));
        var others = python.Variants.Where(variant => variant.Key != "reference").ToArray();
        var comparisons = InterleavedRun.Measure(ours, [reference, .. others.Select(other => other.Value)]);

        var result = Result.Against(name, variant, threads, reference.Form, comparisons[0], threads == 1 ? budget : null);
        var lines = result.Lines.ToList();
        result.Json["max_error"] = error;
        result.Json["libtorch"] = LibTorch.Version.ToString();
        result.Json["tried_ms"] = Tried(reference);
        foreach (var (other, comparison) in others.Zip(comparisons.Skip(1)))
        {
            result.Json[other.Key] = Result.Against(name, $"{variant} {other.Key}", threads, other.Value.Form, comparison, null).Json;
            lines.Add($"  against an eager form that keeps past frames: ratio {comparison.Ratio:0.000}, its p50 {comparison.ReferenceMs.P50:0.0000} ms (for information)");
        }
        lines.Add($"  largest difference of the outputs {error:0.0e+0}; forms tried: {string.Join("; ", reference.TriedMs.Select(form => $"{form.Key} {form.Value:0.00}"))} ms");
        return result with { Lines = lines };
    }

    private static JsonObject Tried(PythonReference.Variant reference)
    {
        var json = new JsonObject();
        foreach (var (form, milliseconds) in reference.TriedMs)
        {
            json[form] = Result.Round(milliseconds);
        }
        return json;
    }
}
