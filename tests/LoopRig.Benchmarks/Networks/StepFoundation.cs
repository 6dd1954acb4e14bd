using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Models.Foundation;

namespace LoopRig.Benchmarks;

/// <summary>A step of the foundation network at its released size with 8000 units: all four streams, and one alone as the quarter-cost mode.</summary>
internal sealed class StepFoundation : IBenchmark
{
    private const int Units = 8000;
    private const int Frames = 24;
    private const double Budget = 0.75;

    public string Name => "step-foundation";

    public string Description => "one step of the foundation network (released size, 8000 units; 4 streams, and 1) against eager PyTorch";

    public IReadOnlyList<int> Threads => [1, 2];

    public IEnumerable<Result> Run(int threads, string? input)
    {
        using var network = Create();
        yield return Measure("4 streams", network, threads, Budget);
        using var alone = network.OfStream(0);
        yield return Measure("1 stream", alone, threads, null);
    }

    private Result Measure(string variant, FoundationNetwork network, int threads, double? budget)
    {
        using var folder = new WorkFolder();
        NetworkFile.Save(network, folder["weights.safetensors"]);
        var random = new Random(3);
        Sequence[] inputs = [.. network.Spec.Inputs.Select(input => input.Kind == InputKind.Image
            ? Sequence.Uniform(input.Name, Frames, [input.Channels, input.Height, input.Width], 0, 1, random)
            : Sequence.Uniform(input.Name, Frames, [input.Variables.Length], -1, 1, random))];
        var options = new { streams = ((FoundationSpec)network.Spec).Streams, inputs = network.Spec.Inputs.Select(input => input.Name) };
        var result = StepBenchmark.Measure(Name, variant, network, folder["weights.safetensors"], "foundation", inputs, threads, budget, options, firstStep: 0);
        var lines = result.Lines.ToList();
        foreach (var (key, title, optimised) in new[] { ("calls", "ours", true), ("calls_unfused", "the same step call by call in libtorch", false) })
        {
            var times = CallTimes.Measure(network, inputs, optimised);
            result.Json[key] = times.Json;
            lines.Add($"  where the time goes, {title}: {times.Text}");
        }
        return result with { Lines = lines };
    }

    private static FoundationNetwork Create()
    {
        var spec = new FoundationSpec { Inputs = FoundationSpec.InputsFor(), UnitIds = NetworkSpec.NumberedUnits(Units) };
        var network = (FoundationNetwork)NetworkFile.Create(spec, seed: 1);
        var random = new Random(2);
        foreach (var (name, tensor) in network.Weights.Parameters)
        {
            // What starts at zero, as in a trained network: else the eye would not turn, no unit would answer, and all would look at one place.
            float spread = name.StartsWith("readout.position.mu", StringComparison.Ordinal) ? 1
                : name.StartsWith("readout.feature", StringComparison.Ordinal) ? 1
                : name.StartsWith("perspective.mlp.linears.0.weights", StringComparison.Ordinal) || name.StartsWith("modulation.mlp.linears.0.weights", StringComparison.Ordinal) ? 0.5f : 0;
            if (spread == 0)
            {
                continue;
            }
            foreach (ref var value in tensor.AsSpan())
            {
                value = spread * (2 * random.NextSingle() - 1);
            }
        }
        return network;
    }
}
