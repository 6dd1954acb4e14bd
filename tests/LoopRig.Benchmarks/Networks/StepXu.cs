using LoopRig.Models;
using LoopRig.Models.Xu;

namespace LoopRig.Benchmarks;

/// <summary>A step of the Xu network at its published size (68 units of mouse 1, 66 behaviour variables), k = 1 and k = 6.</summary>
internal sealed class StepXu : IBenchmark
{
    private const int Units = 68;
    private const int Frames = 64;

    public string Name => "step-xu";

    public string Description => "one step of the Xu network (GRU_1 and GRU_6) against eager PyTorch, which computes all k frames";

    public IReadOnlyList<int> Threads => [1, 2];

    public IEnumerable<Result> Run(int threads)
    {
        yield return Measure(1, threads, 0.8);
        yield return Measure(6, threads, 0.4);
    }

    private Result Measure(int window, int threads, double budget)
    {
        using var folder = new WorkFolder();
        var spec = new XuSpec { Inputs = XuSpec.InputsFor(XuBehaviour.AllWithProducts), UnitIds = NetworkSpec.NumberedUnits(Units), Window = window };
        using var network = NetworkFile.Create(spec, seed: 1);
        var random = new Random(2);
        foreach (var (name, tensor) in network.Weights.Buffers)
        {
            // Running statistics as of a trained network: with 0 and 1 a batch norm folded wrongly would go unseen.
            if (name.EndsWith("running_mean", StringComparison.Ordinal) || name.EndsWith("running_var", StringComparison.Ordinal))
            {
                var values = tensor.AsSpan();
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] += 0.2f * random.NextSingle();
                }
            }
        }
        NetworkFile.Save(network, folder["weights.safetensors"]);
        Sequence[] inputs = [.. spec.Inputs.Select(input => input.Name == "image"
            ? Sequence.Uniform(input.Name, Frames, [1, input.Height, input.Width], 0, 1, random)
            : Sequence.Uniform(input.Name, Frames, [input.Variables.Length], -1, 1, random))];
        return StepBenchmark.Measure(Name, $"GRU_{window}", network, folder["weights.safetensors"], "xu", inputs, threads, budget);
    }
}
