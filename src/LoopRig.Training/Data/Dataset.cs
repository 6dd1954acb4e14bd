using System.Numerics;
using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Torch;

namespace LoopRig.Training;

/// <summary>
/// Bins of inputs and activity, in order, wherever they lie: in memory, or in files that may be larger than memory. An image set is bins of which each is
/// alone. Letters: T bins, U units, N windows of a batch, k bins of a window.
/// </summary>
public sealed class Dataset : IDisposable
{
    private const int RunBins = 64;
    private const double LeastDeviation = 1e-4;     // below it a value is taken for constant, and not divided

    private readonly DatasetContent _content;

    internal Dataset(DatasetContent content)
    {
        _content = content;
        HasDifferences = content.Inputs.Any(static input => input.Variables.Any(static variable => variable.Contains('\'', StringComparison.Ordinal)));
        Trials = content.Trials.Count > 0 ? content.Trials : Stretches(content.Unbroken);
    }

    /// <summary>The inputs, without statistics.</summary>
    public InputSpec[] Inputs => _content.Inputs;

    /// <summary>One name a unit.</summary>
    public string[] UnitIds => _content.UnitIds;

    /// <summary>Length of a bin, ns.</summary>
    public long BinNs => _content.BinNs;

    /// <summary>Number of bins T.</summary>
    public int Length => _content.Indices.Length;

    /// <summary>The stretches without a break, in order.</summary>
    public IReadOnlyList<DataTrial> Trials { get; }

    /// <summary>For each bin the number of its stimulus: bins with the same number are repeats. Null where no stimulus is known to repeat.</summary>
    public IReadOnlyList<int>? Repeats => _content.Repeats;

    /// <summary>Whether the expected activity of a simulation is known.</summary>
    public bool HasExpected => _content.Expected is not null;

    /// <summary>What was left out or altered while reading, and why.</summary>
    public IReadOnlyList<string> Notes => _content.Notes;

    /// <summary>Whether a variable is a first difference, so that its bin also reads the one before.</summary>
    internal bool HasDifferences { get; }

    /// <summary>
    /// Whether bins <paramref name="last"/> - <paramref name="window"/> + 1 to <paramref name="last"/> are whole and without a gap, and the activity
    /// <paramref name="delay"/> bins after them is known.
    /// </summary>
    public bool IsSample(int last, int window, int delay)
        => last >= 0 && last + delay < Length && _content.Unbroken[last] >= window && _content.Indices[last + delay] == _content.Indices[last] + delay && _content.Known[last + delay];

    /// <summary>The bin that lies <paramref name="delay"/> bins after another; null where the data end before it or have a gap there.</summary>
    internal int? After(int bin, int delay)
        => bin + delay < Length && _content.Indices[bin + delay] == _content.Indices[bin] + delay ? bin + delay : null;

    /// <summary>Copies a bin's recorded activity [U], NaN where a unit was not recorded; false when nothing of it is known.</summary>
    public bool TryReadActivity(int bin, Span<float> destination)
    {
        if (!_content.Known[bin])
            return false;
        _content.Activity.Read(bin, destination[..UnitIds.Length]);
        return true;
    }

    /// <summary>Copies a bin's expected activity [U]; false when nobody knows it.</summary>
    public bool TryReadExpected(int bin, Span<float> destination)
    {
        _content.Expected?.Read(bin, destination[..UnitIds.Length]);
        return _content.Expected is not null && !float.IsNaN(destination[0]);
    }

    /// <summary>The inputs with the statistics that a new network stores.</summary>
    /// <param name="bins">The bins that fit: no other is looked at.</param>
    /// <param name="recipe">Says how its network wants each input; null: images standardised, vectors as measured.</param>
    public InputSpec[] WithStatistics(ReadOnlySpan<int> bins, NetworkRecipe? recipe = null)
    {
        var inputs = new InputSpec[Inputs.Length];
        for (int input = 0; input < inputs.Length; input++)
        {
            InputSpec spec = Inputs[input];
            InputScaling scaling = recipe?.ScalingOf(spec) ?? (spec.Kind == InputKind.Image ? InputScaling.Standardised : InputScaling.AsMeasured);
            if (scaling == InputScaling.AsMeasured)
            {
                inputs[input] = spec;
                continue;
            }
            inputs[input] = _content.Published is { } published && published[input].Std.Length > 0 ? published[input] : Measured(input, bins);
            if (scaling == InputScaling.UnitDeviation)
                inputs[input] = inputs[input] with { Mean = [] };
        }
        return inputs;
    }

    /// <summary>Mean and deviation [U] of the activity that windows are to predict; a unit that never varies has a deviation of 1.</summary>
    /// <param name="lasts">Last bins of the windows that fit: no other is looked at.</param>
    /// <param name="delay">Bins from there to the activity.</param>
    public (float[] Means, float[] Deviations) ResponseStatistics(ReadOnlySpan<int> lasts, int delay)
    {
        int units = UnitIds.Length;
        var activity = new float[units];
        var (sum, squares, count) = (new double[units], new double[units], new long[units]);
        foreach (int last in lasts)
        {
            if (!TryReadActivity(last + delay, activity))
                continue;
            for (int unit = 0; unit < units; unit++)
            {
                double value = activity[unit];
                if (double.IsNaN(value))
                    continue;
                sum[unit] += value;
                squares[unit] += value * value;
                count[unit]++;
            }
        }
        return Moments(sum, squares, count);
    }

    /// <summary>
    /// Windows of one input, normalised by the network's own <paramref name="spec"/>: [N, k, C, H, W] or [N, k, variables], belonging to the open scope. A
    /// variable that is NaN becomes 0, the network's mean of it, as in the live loop.
    /// </summary>
    public Tensor Windows(int input, InputSpec spec, ReadOnlySpan<int> lasts, int window)
    {
        IBinValues values = _content.Values[input];
        Tensor windows = Tensor.Empty(spec.Kind == InputKind.Vector ? [lasts.Length, window, spec.Length] : [lasts.Length, window, spec.Channels, spec.Height, spec.Width]);
        Span<float> into = windows.AsSpan();
        int size = window * values.Length;
        for (int row = 0; row < lasts.Length; row++)
            values.Read(lasts[row] - window + 1, into.Slice(row * size, size));
        if (spec.Kind == InputKind.Vector)
            NormaliseVectors(into, spec);
        else if (spec.Mean.Length > 0 || spec.Std.Length > 0)
            NormaliseImages(into, spec);
        return windows;
    }

    /// <summary>
    /// Recorded activity <paramref name="delay"/> bins after each window's last bin, [N, U], NaN where a unit was not recorded; belongs to the open scope.
    /// </summary>
    public Tensor Targets(ReadOnlySpan<int> lasts, int delay) => SequenceTargets(lasts, 1, delay).Reshape(lasts.Length, UnitIds.Length);

    /// <summary>
    /// Recorded activity <paramref name="delay"/> bins after each of the last <paramref name="frames"/> bins of each window, [N, frames, U], NaN where it
    /// is missing; belongs to the open scope.
    /// </summary>
    public Tensor SequenceTargets(ReadOnlySpan<int> lasts, int frames, int delay)
    {
        int units = UnitIds.Length;
        Tensor targets = Tensor.Empty([lasts.Length, frames, units]);
        Span<float> into = targets.AsSpan();
        for (int row = 0; row < lasts.Length * frames; row++)
        {
            Span<float> target = into.Slice(row * units, units);
            if (After(lasts[row / frames] - frames + 1 + row % frames, delay) is not { } bin || !TryReadActivity(bin, target))
                target.Fill(float.NaN);
        }
        return targets;
    }

    /// <summary>Frees memory and closes files.</summary>
    public void Dispose()
    {
        foreach (IBinValues values in _content.Values)
            values.Dispose();
        _content.Activity.Dispose();
        _content.Expected?.Dispose();
    }

    /// <summary>Several sessions of the same units one behind the other, as one data set that takes them over.</summary>
    /// <exception cref="LoopRigException">A session has other units; it and the first of them are named.</exception>
    internal static Dataset Join(IReadOnlyList<SessionData> sessions)
    {
        DatasetContent first = sessions[0].Data._content;
        foreach (SessionData session in sessions)
        {
            string[] ids = session.Data.UnitIds;
            if (!ids.SequenceEqual(first.UnitIds))
                throw new LoopRigException($"sessions {sessions[0].Name} and {session.Name} cannot be joined: {first.UnitIds.Length} and {ids.Length} units, of which {ids.Except(first.UnitIds).Concat(first.UnitIds.Except(ids)).FirstOrDefault() ?? "the order"} differs");
        }
        DatasetContent[] parts = [.. sessions.Select(static session => session.Data._content)];
        var indices = new List<long>();
        var trials = new List<DataTrial>();
        foreach (SessionData session in sessions)
        {
            int start = indices.Count;
            long apart = (start == 0 ? 0 : indices[^1] + 2) - session.Data._content.Indices[0];
            indices.AddRange(session.Data._content.Indices.Select(index => index + apart));
            trials.AddRange(session.Data.Trials.Select(trial => new DataTrial($"{session.Name} {trial.Name}", start + trial.First, trial.Bins)));
        }
        return new Dataset(first with
        {
            Values = [.. first.Values.Select((_, input) => new JoinedRows(parts.Select(part => part.Values[input])))],
            Activity = new JoinedRows(parts.Select(static part => part.Activity)),
            Known = [.. parts.SelectMany(static part => part.Known)],
            Expected = Array.TrueForAll(parts, static part => part.Expected is not null) ? new JoinedRows(parts.Select(static part => part.Expected!)) : null,
            Indices = [.. indices],
            Unbroken = [.. parts.SelectMany(static part => part.Unbroken)],
            Trials = trials,
            Notes = [.. parts.SelectMany(static part => part.Notes)],
        });
    }

    /// <summary>Copies a bin's values of an input, as measured.</summary>
    internal void ReadInput(int input, int bin, Span<float> destination) => _content.Values[input].Read(bin, destination[..Inputs[input].Length]);

    /// <summary>The same data with one note more; it takes this set's place.</summary>
    internal Dataset WithNote(string note) => new(_content with { Notes = [.. Notes, note] });

    /// <summary>Whether a bin follows none: a trial begins, or the bins before it are gone.</summary>
    internal bool StartsStretch(int bin) => _content.Unbroken[bin] <= 1;

    // One mean and deviation for an image, one a variable for a vector; what is NaN does not count.
    private InputSpec Measured(int input, ReadOnlySpan<int> bins)
    {
        InputSpec spec = Inputs[input];
        int columns = spec.Kind == InputKind.Image ? 1 : spec.Length;
        var sum = new double[columns];
        var squares = new double[columns];
        var count = new long[columns];
        var buffer = new float[RunBins * spec.Length];
        for (int start = 0, run; start < bins.Length; start += run)
        {
            run = Run(bins[start..]);
            Span<float> values = buffer.AsSpan(0, run * spec.Length);
            _content.Values[input].Read(bins[start], values);
            for (int at = 0; at < values.Length; at++)
            {
                int column = columns == 1 ? 0 : at % columns;
                double value = values[at];
                if (double.IsNaN(value))
                    continue;
                sum[column] += value;
                squares[column] += value * value;
                count[column]++;
            }
        }
        (float[] mean, float[] std) = Moments(sum, squares, count);
        return spec with { Mean = mean, Std = std };
    }

    private static (float[] Means, float[] Deviations) Moments(double[] sum, double[] squares, long[] count)
    {
        var (means, deviations) = (new float[sum.Length], new float[sum.Length]);
        for (int column = 0; column < sum.Length; column++)
        {
            double centre = count[column] == 0 ? 0 : sum[column] / count[column];
            double deviation = count[column] == 0 ? 0 : Math.Sqrt(Math.Max(squares[column] / count[column] - centre * centre, 0));
            (means[column], deviations[column]) = ((float)centre, deviation < LeastDeviation ? 1 : (float)deviation);
        }
        return (means, deviations);
    }

    // Bins at the beginning that follow each other: files where time is the last dimension are slow to read bin by bin.
    private static int Run(ReadOnlySpan<int> bins)
    {
        int run = 1;
        while (run < RunBins && run < bins.Length && bins[run] == bins[run - 1] + 1)
            run++;
        return run;
    }

    private static void NormaliseImages(Span<float> pixels, InputSpec spec)
    {
        float mean = spec.Mean.Length > 0 ? spec.Mean[0] : 0, std = spec.Std.Length > 0 ? spec.Std[0] : 1;
        Span<Vector<float>> many = MemoryMarshal.Cast<float, Vector<float>>(pixels);
        for (int at = 0; at < many.Length; at++)
            many[at] = (many[at] - new Vector<float>(mean)) / new Vector<float>(std);
        for (int at = many.Length * Vector<float>.Count; at < pixels.Length; at++)
            pixels[at] = (pixels[at] - mean) / std;
    }

    private static void NormaliseVectors(Span<float> values, InputSpec spec)
    {
        for (int at = 0; at < values.Length; at++)
        {
            int variable = at % spec.Length;
            float value = (values[at] - (spec.Mean.Length > 0 ? spec.Mean[variable] : 0)) / (spec.Std.Length > 0 ? spec.Std[variable] : 1);
            values[at] = float.IsNaN(value) ? 0 : value;
        }
    }

    private static List<DataTrial> Stretches(int[] unbroken)
    {
        var trials = new List<DataTrial>();
        for (int bin = 0; bin < unbroken.Length; bin++)
        {
            if (unbroken[bin] > 1)
                trials[^1] = trials[^1] with { Bins = trials[^1].Bins + 1 };
            else if (unbroken[bin] == 1)
                trials.Add(new DataTrial(trials.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), bin, 1));
        }
        return trials;
    }
}
