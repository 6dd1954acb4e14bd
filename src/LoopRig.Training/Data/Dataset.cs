using LoopRig.Core;
using LoopRig.Torch;

namespace LoopRig.Training;

/// <summary>
/// Bins of inputs and activity, in order. Images are kept in half precision (finer than a camera's noise, half the memory), everything else in float.
/// Letters: T bins, U units, N windows of a batch, k bins of a window.
/// </summary>
public sealed class Dataset : IDisposable
{
    private readonly Tensor[] _inputs;      // [T, ...] each, as measured
    private readonly long[] _indices;
    private readonly int[] _unbroken;       // whole bins up to and with each one without a gap or restart between them

    internal Dataset(
        InputSpec[] inputs, string[] unitIds, long binNs, long[] indices, int[] unbroken, List<float[]>[] vectors, List<Half[]>[] images, float[]?[] activity, float[]?[]? expected)
    {
        Inputs = inputs;
        UnitIds = unitIds;
        BinNs = binNs;
        _indices = indices;
        _unbroken = unbroken;
        Activity = activity;
        Expected = expected;
        using var scope = new Scope();
        _inputs = new Tensor[inputs.Length];
        for (int input = 0; input < inputs.Length; input++)
        {
            _inputs[input] = scope.Keep(inputs[input].Kind == InputKind.Vector
                ? Fill(vectors[input], ScalarType.Float32, [indices.Length, inputs[input].Length])
                : Fill(images[input], ScalarType.Float16, [indices.Length, inputs[input].Channels, inputs[input].Height, inputs[input].Width]));
        }
    }

    /// <summary>The inputs, without statistics.</summary>
    public InputSpec[] Inputs { get; }

    /// <summary>One name a unit.</summary>
    public string[] UnitIds { get; }

    /// <summary>Length of a bin, ns.</summary>
    public long BinNs { get; }

    /// <summary>Number of bins T.</summary>
    public int Length => _indices.Length;

    /// <summary>Recorded activity of each bin, [U] or null where it is missing.</summary>
    internal float[]?[] Activity { get; }

    /// <summary>Expected activity of each bin, [U]; null where nobody knows it.</summary>
    internal float[]?[]? Expected { get; }

    /// <summary>
    /// Whether bins <paramref name="last"/> - <paramref name="window"/> + 1 to <paramref name="last"/> are whole and without a gap, and the activity
    /// <paramref name="delay"/> bins after them is known.
    /// </summary>
    public bool IsSample(int last, int window, int delay)
        => last >= 0 && last + delay < Length && _unbroken[last] >= window && _indices[last + delay] == _indices[last] + delay && Activity[last + delay] is not null;

    /// <summary>
    /// The inputs with the statistics that a new network stores: images standardised over <paramref name="bins"/>, vectors as measured, since networks
    /// trained here normalise behaviour themselves.
    /// </summary>
    public InputSpec[] WithStatistics(ReadOnlySpan<int> bins)
    {
        var inputs = new InputSpec[Inputs.Length];
        for (int input = 0; input < inputs.Length; input++)
            inputs[input] = Inputs[input].Kind == InputKind.Image ? Standardised(input, bins) : Inputs[input];
        return inputs;
    }

    /// <summary>
    /// Windows of one input, normalised by the network's own <paramref name="spec"/>: [N, k, C, H, W] or [N, k, variables], belonging to the open scope.
    /// </summary>
    public Tensor Windows(int input, InputSpec spec, ReadOnlySpan<int> lasts, int window)
    {
        var rows = new long[lasts.Length * window];
        for (int row = 0; row < rows.Length; row++)
            rows[row] = lasts[row / window] - window + 1 + row % window;
        Tensor values = _inputs[input].IndexSelect(0, Tensor.FromArray(rows)).To(ScalarType.Float32);
        if (spec.Mean.Length > 0)
            values -= Tensor.FromArray(spec.Mean);
        if (spec.Std.Length > 0)
            values /= Tensor.FromArray(spec.Std);
        return spec.Kind == InputKind.Vector
            ? values.Reshape(lasts.Length, window, spec.Length)
            : values.Reshape(lasts.Length, window, spec.Channels, spec.Height, spec.Width);
    }

    /// <summary>Recorded activity <paramref name="delay"/> bins after each window's last bin, [N, U], belonging to the open scope.</summary>
    public Tensor Targets(ReadOnlySpan<int> lasts, int delay)
    {
        var values = new float[lasts.Length * UnitIds.Length];
        for (int row = 0; row < lasts.Length; row++)
            Activity[lasts[row] + delay]!.CopyTo(values, row * UnitIds.Length);
        return Tensor.FromArray(values, lasts.Length, UnitIds.Length);
    }

    /// <summary>
    /// Recorded activity <paramref name="delay"/> bins after each of the last <paramref name="frames"/> bins of each window, [N, frames, U], NaN where it
    /// is missing; belongs to the open scope.
    /// </summary>
    public Tensor SequenceTargets(ReadOnlySpan<int> lasts, int frames, int delay)
    {
        int units = UnitIds.Length;
        var values = new float[lasts.Length * frames * units];
        for (int row = 0; row < lasts.Length * frames; row++)
        {
            int bin = lasts[row / frames] - frames + 1 + row % frames + delay;
            Span<float> target = values.AsSpan(row * units, units);
            if (bin < Length && Activity[bin] is { } activity)
                activity.CopyTo(target);
            else
                target.Fill(float.NaN);
        }
        return Tensor.FromArray(values, lasts.Length, frames, units);
    }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        foreach (Tensor input in _inputs)
            input.Dispose();
    }

    private InputSpec Standardised(int input, ReadOnlySpan<int> bins)
    {
        double sum = 0, squares = 0;
        ReadOnlySpan<Half> pixels = _inputs[input].AsSpan<Half>();
        int size = Inputs[input].Length;
        foreach (int bin in bins)
        {
            foreach (Half pixel in pixels.Slice(bin * size, size))
            {
                double value = (double)pixel;
                sum += value;
                squares += value * value;
            }
        }
        double count = (double)bins.Length * size, mean = sum / count;
        return Inputs[input] with { Mean = [(float)mean], Std = [(float)Math.Sqrt(Math.Max(squares / count - mean * mean, 1e-12))] };
    }

    // Each row is let go once it is copied: a long session is not held twice.
    private static Tensor Fill<T>(List<T[]> rows, ScalarType type, long[] shape) where T : unmanaged
    {
        Tensor tensor = Tensor.Empty(shape, type);
        Span<T> values = tensor.AsSpan<T>();
        for (int row = 0; row < rows.Count; row++)
        {
            rows[row].CopyTo(values[(row * rows[row].Length)..]);
            rows[row] = [];
        }
        rows.Clear();
        return tensor;
    }
}
