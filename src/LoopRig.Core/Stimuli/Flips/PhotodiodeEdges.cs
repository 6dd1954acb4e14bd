namespace LoopRig.Core.Stimuli;

/// <summary>
/// Finds the changes of light in a photodiode's trace: the trace is correlated with one period of a sine two frames long, whose extremes lie where a frame of
/// one level meets a frame of another (the filter of cajal/pipeline, find_flips).
/// </summary>
internal static class PhotodiodeEdges
{
    private const int SamplesPerFrame = 32;
    private const double LeastOfLargest = 0.15;

    /// <summary>The edges in order of time.</summary>
    public static List<PhotodiodeEdge> Find(ReadOnlySpan<float> trace, double sampleHz, double refreshHz)
    {
        var keep = Math.Max(1, (int)(sampleHz / refreshHz / SamplesPerFrame));
        var samples = Average(trace, keep);
        var rate = sampleHz / keep;
        var half = (int)Math.Round(rate / refreshHz);
        if (half < 3 || samples.Length < 8 * half)
        {
            return [];
        }
        var filtered = Correlate(samples, half);
        var threshold = LeastOfLargest * Quantile([.. filtered.Select(Math.Abs)], 0.999);
        var edges = new List<PhotodiodeEdge>();
        if (threshold <= 0)
        {
            return edges;
        }
        for (var i = half; i < filtered.Length - half; i++)
        {
            if (Math.Abs(filtered[i]) > threshold && IsLargest(filtered, i, half / 2))
            {
                edges.Add(new PhotodiodeEdge((i + Vertex(filtered, i) + 0.5) / rate, filtered[i]));
            }
        }
        return edges;
    }

    internal static double Quantile(double[] values, double share)
    {
        Array.Sort(values);
        return values.Length == 0 ? 0 : values[Math.Min(values.Length - 1, (int)(share * values.Length))];
    }

    private static double[] Average(ReadOnlySpan<float> trace, int keep)
    {
        var samples = new double[trace.Length / keep];
        for (var i = 0; i < samples.Length; i++)
        {
            double sum = 0;
            for (var k = 0; k < keep; k++)
            {
                sum += trace[i * keep + k];
            }
            samples[i] = sum / keep;
        }
        return samples;
    }

    // The value at i belongs to the boundary between sample i and sample i + 1.
    private static double[] Correlate(double[] samples, int half)
    {
        var kernel = Enumerable.Range(0, half).Select(k => Math.Sin(Math.PI * (k + 0.5) / half)).ToArray();
        var scale = 1 / kernel.Sum();
        var filtered = new double[samples.Length];
        for (var i = half; i < samples.Length - half - 1; i++)
        {
            double sum = 0;
            for (var k = 0; k < half; k++)
            {
                sum += kernel[k] * (samples[i + 1 + k] - samples[i - k]);
            }
            filtered[i] = sum * scale;
        }
        return filtered;
    }

    private static bool IsLargest(double[] values, int at, int reach)
    {
        var size = Math.Abs(values[at]);
        for (var i = Math.Max(0, at - reach); i <= Math.Min(values.Length - 1, at + reach); i++)
        {
            if (Math.Abs(values[i]) > size || Math.Abs(values[i]) == size && i < at)
            {
                return false;
            }
        }
        return true;
    }

    // Where between the samples a parabola through three of them has its extreme.
    private static double Vertex(double[] values, int at)
    {
        var (before, here, after) = (values[at - 1], values[at], values[at + 1]);
        var bend = before - 2 * here + after;
        return bend == 0 ? 0.5 : 0.5 + Math.Clamp(0.5 * (before - after) / bend, -0.5, 0.5);
    }
}
