using LoopRig.Models;

namespace LoopRig.Benchmarks;

/// <summary>A step of the Xu network at its published size, k = 1 and k = 6.</summary>
internal sealed class StepXu : IBenchmark
{
    private const int Frames = 64;

    public string Name => "step-xu";

    public string Description => "one step of the Xu network (GRU_1 and GRU_6) against eager PyTorch, which computes all k frames";

    public IReadOnlyList<int> Threads => [1, 2];

    public IEnumerable<Result> Run(int threads, string? input)
    {
        yield return Measure(1, threads, 0.8);
        yield return Measure(6, threads, 0.4);
    }

    private Result Measure(int window, int threads, double budget)
    {
        using var folder = new WorkFolder();
        using var network = PublishedXu.Create(window);
        NetworkFile.Save(network, folder["weights.safetensors"]);
        var random = new Random(3);
        Sequence[] inputs = [.. network.Inputs.Select(input => input.Name == "image"
            ? Sequence.Uniform(input.Name, Frames, [1, input.Height, input.Width], 0, 1, random)
            : Sequence.Uniform(input.Name, Frames, [input.Variables.Length], -1, 1, random))];
        return StepBenchmark.Measure(Name, $"GRU_{window}", network, folder["weights.safetensors"], "xu", inputs, threads, budget);
    }
}
