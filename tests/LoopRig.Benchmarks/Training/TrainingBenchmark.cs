using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Torch;
using LoopRig.Training;

namespace LoopRig.Benchmarks;

/// <summary>What the benchmarks of training steps share: our step against PyTorch's, with the same weights, batch and threads.</summary>
internal static class TrainingBenchmark
{
    private const double Budget = 1.05;
    private const double Tolerance = 1e-4;
    private const int CheckedSteps = 2;

    /// <param name="name">The benchmark.</param>
    /// <param name="variant">The case.</param>
    /// <param name="create">Makes our network, the same each time.</param>
    /// <param name="script">The reference's script in <c>python/</c>.</param>
    /// <param name="optimiser">What both sides step with.</param>
    /// <param name="inputs">One a network input, [N, k, ...].</param>
    /// <param name="response">What the counted responses should be.</param>
    /// <param name="burnIn">First frames that do not count.</param>
    /// <param name="threads">Threads on both sides.</param>
    /// <param name="pairs">Pairs of blocks.</param>
    /// <param name="steps">Steps of a block.</param>
    /// <param name="options">What the script asks for when it is measured, and when it is checked: without chance.</param>
    /// <returns>Against PyTorch as it comes, with the budget; then against PyTorch whose C library keeps freed blocks as the trainer's does, which shows what that setting is worth.</returns>
    public static IEnumerable<Result> Measure(
        string name, string variant, Func<bool, INetwork> create, string script, OptimiserConfig optimiser, IReadOnlyDictionary<string, Tensor> inputs, Tensor response, int burnIn, int threads, int pairs, int steps,
        (object Measured, object Checked) options)
    {
        LibTorch.NumThreads = threads;
        using var folder = new WorkFolder();
        string weights = folder["weights.safetensors"], batch = folder["batch.safetensors"];
        using (var network = create(false))
        {
            Torch.Formats.Safetensors.Write(weights, network.Weights.Parameters.Concat(network.Weights.Buffers).ToDictionary(pair => pair.Key, pair => pair.Value));
        }
        Torch.Formats.Safetensors.Write(batch, inputs.Append(KeyValuePair.Create("response", response)).ToDictionary(pair => pair.Key, pair => pair.Value));
        TrainingSide Side(bool chance)
        {
            var network = create(chance);
            return new TrainingSide(network, optimiser, [.. network.Inputs.Select(input => inputs[input.Name])], response, burnIn, chance);
        }
        double[] ourLosses, theirLosses;
        using (var side = Side(chance: false))
        using (var python = new TrainingReference(script, weights, batch, threads, options.Checked, keepsBlocks: false))
        {
            (ourLosses, theirLosses) = ([.. side.Losses(CheckedSteps)], python.Losses(CheckedSteps));
        }
        var error = ourLosses.Zip(theirLosses, static (ours, theirs) => Math.Abs(ours - theirs) / (1 + Math.Abs(theirs))).Max();
        if (!(error <= Tolerance))
        {
            throw new LoopRigException($"{name} {variant}: the losses of the first steps differ from PyTorch's by {error:0.0e+0}, more than {Tolerance:0e+0}");
        }
        using var measured = Side(chance: true);
        foreach (var keepsBlocks in (bool[])[false, true])
        {
            using var reference = new TrainingReference(script, weights, batch, threads, options.Measured, keepsBlocks);
            var result = Result.Against(
                name, keepsBlocks ? $"{variant}, blocks kept on both sides" : variant, threads, reference.Form, PairedSteps.Measure(measured, reference, pairs, steps), keepsBlocks ? null : Budget);
            result.Json["max_error"] = error;
            result.Json["losses"] = new JsonArray([.. ourLosses.Select(static loss => (JsonNode?)Result.Round(loss))]);
            result.Json["libtorch"] = LibTorch.Version.ToString();
            result.Json["tried_ms"] = new JsonObject(reference.TriedMs.Select(form => KeyValuePair.Create(form.Key, (JsonNode?)Result.Round(form.Value))));
            yield return result with
            {
                Lines = [.. result.Lines, $"  losses of the first steps {string.Join(", ", ourLosses.Select(static loss => $"{loss:0.00000}"))}, PyTorch's {string.Join(", ", theirLosses.Select(static loss => $"{loss:0.00000}"))}; forms tried: {string.Join("; ", reference.TriedMs.Select(form => $"{form.Key} {form.Value:0}"))} ms"],
            };
        }
    }
}
