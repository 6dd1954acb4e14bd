using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Models.Xu;
using LoopRig.Synthesis;
using LoopRig.Torch;
using LoopRig.Torch.Formats;

namespace LoopRig.Benchmarks;

/// <summary>
/// Steps of synthesis against eager PyTorch: the 2019 inception-loop recipe for 64 neurons of the trained Sensorium network, with all neurons read out for each image as the public toolkits do and
/// with the target alone; and the recipe of Xu et al. 2023, whose batch is 64.
/// </summary>
internal sealed class SynthesizeBenchmark : IBenchmark
{
    private const int Neurons = 64, CheckedSteps = 4, Pairs = 8, StepsOfABlock = 2;
    private const double Tolerance = 1e-4, AllBudget = 0.67, TargetBudget = 1.0, XuBudget = 1.05;

    // The data's own, which the published file leaves out; the recipe only needs a range.
    private static readonly SynthesisInputs s_pixels = new() { Pixels = (0.44, 0.24) };

    public string Name => "synthesize";

    public string Description => "steps of synthesis for 64 neurons (Sensorium) and of the Xu recipe (batch 64) against PyTorch";

    public IReadOnlyList<int> Threads => [1, 2];

    public IEnumerable<Result> Run(int threads, string? input)
    {
        LibTorch.NumThreads = threads;
        foreach (var everything in (bool[])[true, false])
        {
            yield return Sensorium(threads, everything);
        }
        yield return Xu(threads);
    }

    private Result Sensorium(int threads, bool everything)
    {
        var path = Path.Combine(Checkout.Data, "mouse_v1_networks", "sensorium_sota_model.pth");
        if (!File.Exists(path))
        {
            throw new NotReadyException($"{path} is not there; LOOPRIG_DATA names the folder of the recorded data");
        }
        using var network = NetworkFile.Load(path);
        int[] units = [.. Enumerable.Range(0, Neurons).Select(n => n * (network.Units / Neurons))];
        var preset = SynthesisPreset.Inception2019;
        SynthesisTarget[] targets = [.. units.Select(unit => SynthesisTarget.Of(unit, $"{unit}"))];
        using var scope = new Scope();
        using var side = new SynthesisSide(network, preset, s_pixels, targets);
        var image = network.Inputs[0];
        var batch = new Dictionary<string, Tensor>
        {
            ["stimulus"] = Tensor.FromArray(side.Start()["stimulus"], Neurons, 1, image.Height, image.Width),
            ["units"] = Tensor.FromArray<long>([.. units.Select(unit => (long)unit)]),
        };
        double Network(double pixel) => (pixel - s_pixels.Pixels!.Value.Mean) / s_pixels.Pixels.Value.Std;
        var options = new
        {
            everything,
            steps = preset.Steps,
            exponent = preset.FourierExponent,
            rate = (double[])[preset.Rate.Start, preset.Rate.End],
            blur = (double[])[preset.Blur.Start, preset.Blur.End],
            range = (double[])[Network(0), Network(1)],
        };
        return Measure(everything ? "64 neurons, all read out" : "64 neurons, target alone", threads, network, side, "sensorium_synthesis", batch, options, options, everything ? AllBudget : TargetBudget, Neurons);
    }

    private Result Xu(int threads)
    {
        const int Units = 68, Unit = 5;
        var preset = SynthesisPreset.Xu;
        SynthesisTarget[] targets = [SynthesisTarget.Of(Unit, "unit")];
        INetwork Create(double dropout) => NetworkFile.Create(
            new XuSpec { Inputs = XuSpec.InputsFor(XuBehaviour.AllWithProducts), UnitIds = NetworkSpec.NumberedUnits(Units), Dropout = dropout }, seed: 1);
        using var scope = new Scope();
        using var network = Create(0.5);
        using var without = Create(0);
        using var side = new SynthesisSide(network, preset, new SynthesisInputs(), targets);
        using var steady = new SynthesisSide(without, preset, new SynthesisInputs(), targets);
        var start = side.Start();
        var batch = new Dictionary<string, Tensor>
        {
            ["stimulus"] = Tensor.FromArray(start["stimulus"], preset.Batch, 1, 60, 80),
            ["behaviour"] = Tensor.FromArray(start["behaviour"], preset.Batch, start["behaviour"].Length / preset.Batch),
        };
        return Measure("Xu recipe", threads, network, side, "xu_synthesis", batch, new { unit = Unit, dropout = 0.5 }, new { unit = Unit, dropout = 0.0 }, XuBudget, 1, steady);
    }

    // Results first, then time. PyTorch keeps freed blocks as we do: the reference is not to lose by a setting.
    private Result Measure(
        string variant, int threads, INetwork network, SynthesisSide side, string script, Dictionary<string, Tensor> batch, object options, object checkedOptions, double budget, int neurons, SynthesisSide? steady = null)
    {
        using var folder = new WorkFolder();
        string weights = folder["weights.safetensors"], start = folder["batch.safetensors"];
        Safetensors.Write(weights, network.Weights.Parameters.Concat(network.Weights.Buffers).ToDictionary(pair => pair.Key, pair => pair.Value));
        Safetensors.Write(start, batch);
        double[] ours = (steady ?? side).Losses(CheckedSteps), theirs;
        using (var python = new TrainingReference(script, weights, start, threads, checkedOptions, keepsBlocks: true))
        {
            theirs = python.Losses(CheckedSteps);
        }
        var error = ours.Zip(theirs, static (a, b) => Math.Abs(a - b) / (1 + Math.Abs(b))).Max();
        if (!(error <= Tolerance))
        {
            throw new LoopRigException($"{Name} {variant}: losses {string.Join(", ", ours)} differ from PyTorch's {string.Join(", ", theirs)} by {error:0.0e+0}, more than {Tolerance:0e+0}");
        }
        using var reference = new TrainingReference(script, weights, start, threads, options, keepsBlocks: true);
        var comparison = PairedSteps.Measure(side, reference, Pairs, StepsOfABlock);
        var result = Result.Against(Name, variant, threads, reference.Form, comparison, budget);
        result.Json["max_error"] = error;
        result.Json["libtorch"] = LibTorch.Version.ToString();
        result.Json["ours_ms_per_neuron"] = Result.Round(comparison.OursMs.P50 / neurons);
        result.Json["reference_ms_per_neuron"] = Result.Round(comparison.ReferenceMs.P50 / neurons);
        result.Json["tried_ms"] = new JsonObject(reference.TriedMs.Select(form => KeyValuePair.Create(form.Key, (JsonNode?)Result.Round(form.Value))));
        return result with
        {
            Lines = [.. result.Lines, $"  losses of the first {CheckedSteps} steps within {error:0.0e+0}; forms tried: {string.Join("; ", reference.TriedMs.Select(form => $"{form.Key} {form.Value:0.0}"))} ms"],
        };
    }
}
