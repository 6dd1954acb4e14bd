using LoopRig.Core;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Synthesis;

/// <summary>The tensors that a chunk optimises, by name, and the stimuli that they stand for.</summary>
internal sealed class Variables : IDisposable
{
    internal const string Stimulus = "stimulus", Gain = "gain", Bias = "bias", Alpha = "alpha";
    private static readonly long[] s_stimulus = [1, 2, 3, 4];

    private readonly SynthesisPreset _preset;
    private readonly Display _display;

    internal Variables(SynthesisPreset preset, Display display, IReadOnlyList<Batch> batches, IReadOnlyDictionary<string, float[]> vectors, int seed, IReadOnlyList<float[]>? start)
    {
        (_preset, _display) = (preset, display);
        using NoGrad guard = new();
        using Scope scope = new();
        int count = batches.Count * preset.Batch;
        Tensor Keep(string name, Tensor tensor) => Tensors[name] = scope.Keep(tensor.To(display.Device));
        if (start is not null) Begin(Keep, start, count);
        else
        {
            Keep(Stimulus, Drawn(batches, seed));
            if (preset.Form == StimulusForm.Sigmoid)
            {
                Keep(Gain, Tensor.Full([count, 1, 1, 1, 1], preset.Gain));
                Keep(Bias, Tensor.Zeros(count, 1, 1, 1, 1));
            }
        }
        if (preset.AlphaWeight is not null) Keep(Alpha, Tensor.Full([count, 1, 1, display.Height, display.Width], 0.5));
        foreach ((string name, float[] values) in vectors)
            Keep(name, Tensor.FromArray(values, 1, values.Length).Repeat(count, 1));
        Vectors = [.. vectors.Keys];
    }

    /// <summary>Everything that is optimised; borrowed.</summary>
    internal OrderedDictionary<string, Tensor> Tensors { get; } = [];

    /// <summary>Names of the vector inputs among them.</summary>
    internal IReadOnlyList<string> Vectors { get; }

    /// <summary>Whether a name is of what the stimulus is made of.</summary>
    internal bool IsOfStimulus(string name) => !Vectors.Contains(name);

    /// <summary>What the monitor shows, [N, T, C, H, W] in network units, of these tensors or of ones that stand for them.</summary>
    internal Tensor Shown(IReadOnlyDictionary<string, Tensor> tensors)
    {
        Tensor x = tensors[Stimulus];
        if (_preset.Form == StimulusForm.Sigmoid)
        {
            Tensor raw = x * F.Rsqrt(F.Mean(F.Square(x), s_stimulus, keepDimensions: true) + 1e-12);
            (double low, double high) = _preset.Range;
            x = _display.ToNetwork(F.Sigmoid(raw * tensors[Gain] + tensors[Bias]) * (high - low) + low);
        }
        return _display.Mask is { } mask ? (x - _display.Grey) * mask + _display.Grey : x;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in Tensors.Values)
            tensor.Dispose();
    }

    // Each batch draws from a stream of its own: what lies beside it in a chunk changes nothing.
    private Tensor Drawn(IReadOnlyList<Batch> batches, int seed)
    {
        long[] shape = _display.Shape(batches.Count * _preset.Batch);
        bool pixels = _preset.StartInPixels && _preset.Form == StimulusForm.Direct;
        double mean = pixels ? _display.ToNetwork(_preset.StartMean) : _preset.StartMean;
        double deviation = pixels ? _preset.StartDeviation / _display.Std : _preset.StartDeviation;
        Tensor drawn = Tensor.Empty(shape);
        Span<float> values = drawn.AsSpan();
        int each = values.Length / batches.Count;
        for (int b = 0; b < batches.Count; b++)
        {
            SeededRandom random = new((ulong)seed, $"start/{batches[b].Stream}");
            foreach (ref float value in values.Slice(b * each, each))
                value = (float)random.Normal(mean, deviation);
        }
        return drawn;
    }

    private void Begin(Func<string, Tensor, Tensor> keep, IReadOnlyList<float[]> start, int count)
    {
        int length = _display.Channels * _display.Height * _display.Width;
        if (start.Count != _display.Frames || start.Any(frame => frame.Length != length))
            throw new SynthesisException($"the start has {start.Count} frames of {(start.Count > 0 ? start[0].Length : 0)} values, {_display.Frames} of {length} are needed");
        Tensor pixels = Tensor.FromArray([.. start.SelectMany(static frame => frame)], _display.Shape(1)).Repeat(count, 1, 1, 1, 1);
        if (_preset.Form == StimulusForm.Direct)
        {
            keep(Stimulus, _display.ToNetwork(pixels));
            return;
        }
        (double low, double high) = _preset.Range;
        Tensor share = F.Clamp((pixels - low) * (1 / (high - low)), 1e-4, 1 - 1e-4);
        Tensor raw = F.Log(share / (1 - share));
        Tensor size = F.Sqrt(F.Mean(F.Square(raw), s_stimulus, keepDimensions: true));
        keep(Stimulus, raw);
        keep(Gain, F.Clamp(size, 1e-3, null));
        keep(Bias, Tensor.Zeros(count, 1, 1, 1, 1));
    }
}
