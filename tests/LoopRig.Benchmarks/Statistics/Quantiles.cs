namespace LoopRig.Benchmarks;

/// <summary>Quantiles of measured times; every value counts, none is thrown away as an outlier.</summary>
internal static class Quantiles
{
    /// <summary>The value at <paramref name="quantile"/> of sorted <paramref name="values"/>, linear between neighbours; NaN when there is none.</summary>
    public static double Of(ReadOnlySpan<double> values, double quantile)
    {
        if (values.IsEmpty)
        {
            return double.NaN;
        }
        var sorted = values.ToArray();
        Array.Sort(sorted);
        var position = quantile * (sorted.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
    }

    public static double Median(ReadOnlySpan<double> values) => Of(values, 0.5);
}

/// <summary>What every table shows of a set of times; the least tells a disturbed run from a slow one.</summary>
internal readonly record struct Spread(double Min, double P50, double P99)
{
    public static Spread Of(ReadOnlySpan<double> values) => new(Quantiles.Of(values, 0), Quantiles.Of(values, 0.5), Quantiles.Of(values, 0.99));
}
