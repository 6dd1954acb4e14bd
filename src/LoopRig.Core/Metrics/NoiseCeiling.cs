namespace LoopRig.Core;

/// <summary>
/// How much of a unit's activity any prediction from the stimulus could explain, found from repeats of the same stimuli. Letters: T repeats, J samples
/// (videos one after the other, burn-in left out, or images); a repeat that is missing is NaN.
/// </summary>
public static class NoiseCeiling
{
    /// <summary>
    /// cc_max, the correlation with the mean over repeats that a perfect prediction would reach (Schoppe et al. 2016, doi 10.3389/fncom.2016.00010), as the
    /// foundation model's evaluation computes it: SP = (n P - TP) / (n - 1) with P the variance (ddof 1) of the mean over repeats, TP the mean over repeats of
    /// the variance (ddof 1) of each, n = sqrt((sum t_j - J) / sum (t_j - 1) / t_j^2) for t_j repeats at j; cc_max = sqrt(SP / variance with ddof 0 of the mean).
    /// Because of the mixed ddof it can exceed 1 a little. NaN where the signal power is negative, or nothing was repeated.
    /// </summary>
    /// <param name="repeats">[T][J].</param>
    /// <exception cref="ArgumentException">The repeats differ in length.</exception>
    public static double CcMax(float[][] repeats)
    {
        var mean = MeanOverRepeats(repeats);
        double surplus = 0, weights = 0, total = 0;
        var counted = 0;
        for (var j = 0; j < mean.Length; j++)
        {
            var t = repeats.Count(repeat => !float.IsNaN(repeat[j]));
            if (t > 0)
            {
                surplus += t - 1;
                weights += (t - 1.0) / ((double)t * t);
            }
        }
        var n = Math.Sqrt(surplus / weights);
        foreach (var repeat in repeats)
        {
            if (Variance(repeat, ddof: 1) is var variance && double.IsFinite(variance))
            {
                total += variance;
                counted++;
            }
        }
        var signal = (n * Variance(mean, ddof: 1) - total / counted) / (n - 1);
        return signal < 0 ? double.NaN : Math.Sqrt(signal / Variance(mean, ddof: 0));
    }

    /// <summary>cc_abs: the correlation of the mean over repeats of the prediction with that of the activity; each repeat may be predicted with its own eye and behaviour.</summary>
    /// <param name="predicted">[T][J].</param>
    /// <param name="repeats">[T][J].</param>
    public static double CcAbs(float[][] predicted, float[][] repeats) => Correlation.Pearson(MeanOverRepeats(predicted), MeanOverRepeats(repeats));

    /// <summary>cc_norm = cc_abs / cc_max.</summary>
    /// <param name="predicted">[T][J].</param>
    /// <param name="repeats">[T][J].</param>
    public static double CcNorm(float[][] predicted, float[][] repeats) => CcAbs(predicted, repeats) / CcMax(repeats);

    /// <summary>
    /// Fraction of explainable variance explained (Cadena et al. 2019, doi 10.1371/journal.pcbi.1006897): 1 - (mean squared error - noise) / (variance - noise), with
    /// the noise as the mean over samples of the variance (ddof 1) over repeats, and everything over single trials. 1 is perfect, 0 no better than the mean,
    /// negative worse. NaN where nothing was repeated or no variance is left to explain.
    /// </summary>
    /// <param name="predicted">[T][J]; where a repeat is missing it is not looked at.</param>
    /// <param name="repeats">[T][J].</param>
    public static double ExplainableVarianceExplained(float[][] predicted, float[][] repeats)
    {
        double noise = 0, error = 0, sum = 0, squares = 0;
        int repeated = 0, trials = 0;
        for (var j = 0; j < Length(repeats); j++)
        {
            double mean = 0, spread = 0;
            var t = 0;
            for (var r = 0; r < repeats.Length; r++)
            {
                double y = repeats[r][j], difference = y - predicted[r][j];
                if (double.IsNaN(difference))
                {
                    continue;
                }
                t++;
                spread += (y - mean) * (y - mean) * (t - 1) / t;
                mean += (y - mean) / t;
                error += difference * difference;
                sum += y;
                squares += y * y;
            }
            trials += t;
            if (t > 1)
            {
                noise += spread / (t - 1);
                repeated++;
            }
        }
        var explainable = squares / trials - sum / trials * (sum / trials) - noise / repeated;
        return explainable > 0 ? 1 - (error / trials - noise / repeated) / explainable : double.NaN;
    }

    /// <summary>The mean over the repeats that are known, [J]; NaN where none is.</summary>
    /// <param name="repeats">[T][J].</param>
    /// <exception cref="ArgumentException">The repeats differ in length.</exception>
    public static float[] MeanOverRepeats(float[][] repeats)
    {
        var mean = new float[Length(repeats)];
        for (var j = 0; j < mean.Length; j++)
        {
            double sum = 0;
            var t = 0;
            foreach (var repeat in repeats)
            {
                if (!float.IsNaN(repeat[j]))
                {
                    sum += repeat[j];
                    t++;
                }
            }
            mean[j] = (float)(sum / t);
        }
        return mean;
    }

    private static int Length(float[][] repeats)
    {
        if (repeats.Length == 0 || repeats.Any(repeat => repeat.Length != repeats[0].Length))
        {
            throw new ArgumentException($"repeats of {string.Join(", ", repeats.Select(static r => r.Length).Distinct())} samples are not repeats of the same stimuli");
        }
        return repeats[0].Length;
    }

    // Over what is known; NaN when there is too little of it.
    private static double Variance(float[] values, int ddof)
    {
        double mean = 0, squares = 0;
        var count = 0;
        foreach (var value in values)
        {
            if (!float.IsNaN(value))
            {
                count++;
                var before = value - mean;
                mean += before / count;
                squares += before * (value - mean);
            }
        }
        return count > ddof ? squares / (count - ddof) : double.NaN;
    }
}
