using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Models.Checks;
using LoopRig.Torch;
using LoopRig.Torch.Formats;

namespace LoopRig.Training;

/// <summary>
/// Runs a golden file of training: two steps on one batch, of which loss, gradients, parameters and running statistics are compared with what the published
/// code made of them.
/// </summary>
public static class TrainingCheck
{
    private const int Steps = 2;
    private const double Noise = 1e-6;

    /// <summary>Whether a file is of training.</summary>
    /// <exception cref="DataFileException">The file is missing or damaged.</exception>
    public static bool Recognise(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return TrainingGolden.Recognise(file);
    }

    /// <summary>
    /// Checks a file. Errors of losses, parameters and statistics are |a - b| / (1 + |b|); that of a gradient is relative to its tensor's largest, and is
    /// counted from the <see cref="GradientRange"/>: two runs of the published code itself differ by more where a ReLU is at its kink. Of Adam's parameters only
    /// elements count whose gradient exceeds 1e-6 of its tensor's largest and has one sign all over its range, and none whose tensor has rounding noise for a
    /// gradient (a bias in front of a batch norm): Adam turns noise into whole steps.
    /// </summary>
    /// <exception cref="DataFileException">The file is missing or damaged.</exception>
    /// <exception cref="NetworkException">The file is of no known network, or its arrays do not fit.</exception>
    public static ModelCheckResult Run(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        using var scope = new Scope();
        using TrainingGolden golden = TrainingGolden.Open(file);
        INetwork network = golden.Network;
        TrainedParameter[] parameters = [.. network.Parameters.Select(pair => new TrainedParameter(pair.Key, pair.Value, network.Weights.Traits[pair.Key]))];
        foreach (TrainedParameter parameter in parameters)
            parameter.Value.RequiresGrad = true;
        var context = new TrainingContext(new Random(0), 1) { Noise = false };
        Dictionary<string, GradientRange> ranges = GradientRange.Of(golden, context);
        Dictionary<string, float[]> gradients = file.Arrays.Where(static pair => pair.Key.StartsWith("grad.", StringComparison.Ordinal))
            .ToDictionary(static pair => pair.Key["grad.".Length..], static pair => pair.Value.ReadFloats());
        double largest = gradients.Values.Max(static values => values.Max(MathF.Abs));
        var stages = new OrderedDictionary<string, double> { ["gradient"] = GradientError(network, ranges, gradients, largest) };
        float[] losses = file.Arrays["output.loss"].ReadFloats();
        int columns = losses.Length / Steps; // the loss, or the loss of the responses and the whole loss
        for (int step = 1; step <= Steps; step++)
        {
            using Optimiser optimiser = golden.Optimiser.Create(parameters);
            if (step > 1)
                BeginAsPublished(golden, optimiser);
            // Of the second step there are no golden gradients, only ranges.
            Dictionary<string, GradientRange> now = step == 1 ? ranges : GradientRange.Of(golden, context);
            StepResult result = TrainingStep.Take(network, optimiser, golden.Windows, golden.Targets, context, golden.BurnIn);
            stages[$"loss before step {step}"] = Math.Max(Error(result.Response, losses[columns * (step - 1)]), Error(result.Total, losses[columns * step - 1]));
            stages[$"parameters after step {step}"] = network.Parameters.Max(pair =>
            {
                if (optimiser is not Adam || !gradients.TryGetValue(pair.Key, out float[]? gradient))
                    return StateError(file, $"after{step}.{pair.Key}", pair.Value, static _ => true);
                double most = gradient.Max(MathF.Abs);
                return StateError(file, $"after{step}.{pair.Key}", pair.Value, i => most > Noise * largest && Math.Abs(gradient[i]) > Noise * most && ranges[pair.Key].HasSign(i) && now[pair.Key].HasSign(i));
            });
            string[] buffers = [.. network.Weights.Buffers.Keys.Where(name => file.Arrays.ContainsKey($"after{step}.{name}"))];
            if (buffers.Length > 0)
                stages[$"statistics after step {step}"] = buffers.Max(name => StateError(file, $"after{step}.{name}", network.Weights.Buffers[name], static _ => true));
        }
        return new ModelCheckResult { Path = path, Kind = network.Kind + ", training", Stages = stages, NotCompared = [] };
    }

    // Two runs whose first steps differ in a last bit go apart in their second, so that begins where the published first one ended: with its gradients in the
    // moments, and its parameters and statistics.
    private static void BeginAsPublished(TrainingGolden golden, Optimiser optimiser)
    {
        using var scope = new Scope();
        foreach (TrainedParameter parameter in optimiser.Parameters)
        {
            if (golden.File.Arrays.TryGetValue("grad." + parameter.Name, out NamedArray? gradient))
                parameter.Value.Grad = gradient.ToTensor();
        }
        optimiser.Step();
        using var noGraph = new NoGrad();
        foreach ((string name, Tensor tensor) in golden.Network.Weights.Parameters.Concat(golden.Network.Weights.Buffers))
        {
            if (golden.File.Arrays.TryGetValue("after1." + name, out NamedArray? array))
                tensor.CopyFrom(array.ToTensor().Reshape(tensor.Shape));
        }
    }

    private static double GradientError(INetwork network, Dictionary<string, GradientRange> ranges, Dictionary<string, float[]> gradients, double largest)
    {
        // What only sampling noise depends on has no gradient without noise.
        if (network.Parameters.Keys.Any(name => ranges.ContainsKey(name) != gradients.ContainsKey(name)))
            return double.PositiveInfinity;
        double worst = 0;
        foreach ((string name, float[] expected) in gradients)
        {
            double most = expected.Max(MathF.Abs);
            // Rounding noise is compared with the largest of all gradients.
            double scale = most > Noise * largest ? most : largest;
            for (int i = 0; i < expected.Length; i++)
                worst = Larger(worst, ranges[name].Distance(i, expected[i]) / scale);
        }
        return worst;
    }

    private static double StateError(SafetensorsFile file, string name, Tensor tensor, Predicate<int> counts)
    {
        if (!file.Arrays.TryGetValue(name, out NamedArray? array))
            return double.PositiveInfinity;
        float[] expected = array.ReadFloats(), actual = tensor.Detach().ToArray();
        double worst = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            if (counts(i))
                worst = Larger(worst, Error(actual[i], expected[i]));
        }
        return worst;
    }

    private static double Larger(double worst, double here) => double.IsNaN(here) ? double.PositiveInfinity : Math.Max(worst, here);

    private static double Error(double actual, double expected) => Math.Abs(actual - expected) / (1 + Math.Abs(expected));
}
