namespace LoopRig.Core;

/// <summary>How predicted activity is compared with recorded activity.</summary>
public static class Correlation
{
    /// <summary>Pearson's r of two series of equal length over the places where both are known (not NaN); NaN when one of them does not vary there.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Pearson(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException($"series of {a.Length} and {b.Length} values have no correlation");
        }
        double meanA = 0, meanB = 0;
        var known = 0;
        for (var i = 0; i < a.Length; i++)
        {
            if (float.IsNaN(a[i]) || float.IsNaN(b[i]))
            {
                continue;
            }
            meanA += a[i];
            meanB += b[i];
            known++;
        }
        meanA /= known;
        meanB /= known;
        double aa = 0, bb = 0, ab = 0;
        for (var i = 0; i < a.Length; i++)
        {
            if (float.IsNaN(a[i]) || float.IsNaN(b[i]))
            {
                continue;
            }
            var x = a[i] - meanA;
            var y = b[i] - meanB;
            aa += x * x;
            bb += y * y;
            ab += x * y;
        }
        return aa > 0 && bb > 0 ? ab / Math.Sqrt(aa * bb) : double.NaN;
    }

    /// <summary>
    /// The boxcar of Xu et al. 2023: <c>int(windowMs / binMs)</c> bins (41 for 2 s of 48 ms), weights 1/n, zero-padded "same" convolution as
    /// <c>numpy.convolve(x, ones(n)/n, 'same')</c> does it: output i is the mean over inputs i - n/2 ... i + (n-1)/2.
    /// </summary>
    /// <param name="series">The values, one a bin.</param>
    /// <param name="window">Bins of the boxcar; for n above the length numpy swaps the roles, which is not supported here.</param>
    /// <param name="destination">As long as <paramref name="series"/>; must not overlap it.</param>
    /// <exception cref="ArgumentException">The window is not between 1 and the length, or the lengths differ.</exception>
    public static void Boxcar(ReadOnlySpan<float> series, int window, Span<float> destination)
    {
        if (window < 1 || window > series.Length || destination.Length != series.Length)
        {
            throw new ArgumentException($"boxcar of {window} bins over {series.Length} values into {destination.Length}");
        }
        var before = window / 2;
        var after = (window - 1) / 2;
        double sum = 0;
        for (var i = 0; i < Math.Min(after, series.Length); i++)
        {
            sum += series[i];
        }
        for (var i = 0; i < series.Length; i++)
        {
            if (i + after < series.Length)
            {
                sum += series[i + after];
            }
            if (i - before - 1 >= 0)
            {
                sum -= series[i - before - 1];
            }
            destination[i] = (float)(sum / window);
        }
    }

    /// <summary>Bins of a boxcar of <paramref name="windowNs"/> over bins of <paramref name="binNs"/>, truncated as the published code does.</summary>
    public static int BoxcarBins(long windowNs, long binNs) => (int)Math.Max(1, windowNs / binNs);
}
