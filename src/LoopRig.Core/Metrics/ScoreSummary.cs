namespace LoopRig.Core;

/// <summary>One score over the units that have a value, with percentile bootstrap intervals over units.</summary>
/// <param name="Units">Units with a value.</param>
/// <param name="Mean">Their mean; NaN for none.</param>
/// <param name="Median">Their median.</param>
/// <param name="Deviation">Standard deviation over units (ddof 0, as the published tables print it).</param>
/// <param name="MeanInterval">95 % interval of the mean.</param>
/// <param name="MedianInterval">95 % interval of the median.</param>
public readonly record struct ScoreSummary(int Units, double Mean, double Median, double Deviation, Interval MeanInterval, Interval MedianInterval)
{
    private const int Resamples = 2000;

    /// <summary>Summarises a score.</summary>
    /// <param name="scores">One a unit; NaN is left out.</param>
    /// <param name="seed">Of the resampling: the same seed gives the same intervals.</param>
    public static ScoreSummary Of(IEnumerable<double> scores, int seed = 0)
    {
        double[] known = [.. scores.Where(double.IsFinite)];
        if (known.Length == 0)
        {
            var nothing = new Interval(double.NaN, double.NaN);
            return new ScoreSummary(0, double.NaN, double.NaN, double.NaN, nothing, nothing);
        }
        var mean = known.Average();
        var random = new Random(seed);
        double[] means = new double[Resamples], medians = new double[Resamples], drawn = new double[known.Length];
        for (var resample = 0; resample < Resamples; resample++)
        {
            for (var unit = 0; unit < drawn.Length; unit++)
            {
                drawn[unit] = known[random.Next(known.Length)];
            }
            means[resample] = drawn.Average();
            medians[resample] = MedianInPlace(drawn);
        }
        return new ScoreSummary(known.Length, mean, MedianInPlace([.. known]), Math.Sqrt(known.Average(score => (score - mean) * (score - mean))), Middle(means), Middle(medians));
    }

    private static double MedianInPlace(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }

    private static Interval Middle(double[] values)
    {
        Array.Sort(values);
        return new Interval(values[(int)(0.025 * (values.Length - 1))], values[(int)Math.Ceiling(0.975 * (values.Length - 1))]);
    }
}

/// <summary>A range of a number.</summary>
/// <param name="Low">Its lower end.</param>
/// <param name="High">Its upper end.</param>
public readonly record struct Interval(double Low, double High);
