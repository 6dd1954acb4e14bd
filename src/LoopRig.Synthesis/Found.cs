using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Torch;

namespace LoopRig.Synthesis;

/// <summary>Gathers the stimuli of chunk after chunk and combines those of each target.</summary>
internal sealed class Found(INetwork network, SynthesisPreset preset, NetworkWindows windows, Display display, IReadOnlyList<SynthesisTarget> targets, int seed)
{
    private readonly List<Stimulus>[] _stimuli = [.. targets.Select(static _ => new List<Stimulus>())];
    private readonly List<SynthesisStep[]>[] _logs = [.. targets.Select(static _ => new List<SynthesisStep[]>())];

    private int FrameLength => display.Channels * display.Height * display.Width;

    private sealed record Stimulus(float[] Image, IReadOnlyDictionary<string, float[]> Vectors, float[]? Alpha, float Activation, float Merit);

    /// <summary>Takes the stimuli of a chunk that is finished.</summary>
    internal void Take(GradientAscent ascent, ProbeObjective objective, IReadOnlyList<Batch> batches)
    {
        using NoGrad guard = new();
        using Scope scope = new();
        Variables variables = ascent.Variables;
        Tensor shown = variables.Shown(variables.Tensors);
        Dictionary<string, Tensor> vectors = variables.Vectors.ToDictionary(static name => name, name => variables.Tensors[name]);
        float[] activations = objective.Activations(shown, vectors), images = shown.ToArray();
        float[] merits = batches.Any(static batch => batch.Target.Contrast.Count > 0) ? objective.Merits(shown, vectors) : activations;
        float[]? alphas = variables.Tensors.TryGetValue(Variables.Alpha, out Tensor? alpha) ? alpha.ToArray() : null;
        Dictionary<string, float[]> values = vectors.ToDictionary(static pair => pair.Key, static pair => pair.Value.ToArray());
        for (int n = 0; n < activations.Length; n++)
            _stimuli[batches[n / preset.Batch].TargetIndex].Add(new Stimulus(
                Row(images, n), values.ToDictionary(static pair => pair.Key, pair => Row(pair.Value, n)), alphas is null ? null : Row(alphas, n), activations[n], merits[n]));
        for (int b = 0; b < batches.Count; b++)
            _logs[batches[b].TargetIndex].Add([.. ascent.States[b].Log]);

        float[] Row(float[] all, int n) => all[(n * (all.Length / activations.Length))..((n + 1) * (all.Length / activations.Length))];
    }

    /// <summary>One result a target.</summary>
    internal SynthesisResult[] Results() => [.. targets.Select(Result)];

    private SynthesisResult Result(SynthesisTarget target, int index)
    {
        List<Stimulus> all = _stimuli[index];
        Stimulus chosen = all.Count > 1 && preset.Combine == SeedCombination.Mean ? Responding(MeanOf(all), target)
            : target.Least ? all.MinBy(static one => one.Merit)! : all.MaxBy(static one => one.Merit)!;
        float[][] frames = [.. chosen.Image.Chunk(FrameLength)];
        return new SynthesisResult
        {
            Target = target,
            Seed = seed,
            Size = (display.Channels, display.Height, display.Width),
            Image = frames,
            Pixels = [.. frames.Select(display.ToPixels)],
            Activation = chosen.Activation,
            SeedActivations = [.. all.Select(static one => (double)one.Activation)],
            Vectors = Held(chosen.Vectors),
            Optimised = [.. chosen.Vectors.Keys],
            Alpha = chosen.Alpha,
            Logs = _logs[index],
        };
    }

    private static Stimulus MeanOf(List<Stimulus> all) => new(
        Mean(all.Select(static one => one.Image)), all[0].Vectors.Keys.ToDictionary(static name => name, name => Mean(all.Select(one => one.Vectors[name]))),
        all[0].Alpha is null ? null : Mean(all.Select(static one => one.Alpha!)), float.NaN, float.NaN);

    private static float[] Mean(IEnumerable<float[]> rows)
    {
        double[]? sum = null;
        int count = 0;
        foreach (float[] row in rows)
        {
            sum ??= new double[row.Length];
            for (int i = 0; i < row.Length; i++)
                sum[i] += row[i];
            count++;
        }
        return Array.ConvertAll(sum!, value => (float)(value / count));
    }

    private Stimulus Responding(Stimulus mean, SynthesisTarget target)
    {
        using Scope scope = new();
        using ProbeObjective objective = new(network, preset with { Batch = 1 }, windows, [new Batch(target, 0, 0)]);
        Dictionary<string, Tensor> vectors = mean.Vectors.ToDictionary(static pair => pair.Key, pair => Tensor.FromArray(pair.Value, 1, pair.Value.Length).To(display.Device));
        return mean with { Activation = objective.Activations(Tensor.FromArray(mean.Image, display.Shape(1)).To(display.Device), vectors)[0] };
    }

    private Dictionary<string, float[]> Held(IReadOnlyDictionary<string, float[]> optimised)
        => network.Inputs.Where(static input => input.Kind == InputKind.Vector)
            .ToDictionary(static input => input.Name, input => optimised.TryGetValue(input.Name, out float[]? values) ? values : windows.Held(input));
}
