namespace LoopRig.Core;

/// <summary>
/// The line that lies below a set of points and as close to them as it can: the edge of their lower convex hull over the mean of their abscissae minimises the sum
/// of the distances. Delays only ever add, so that such a line finds a clock through jitter: the linear programme of Moon, Skelly and Towsley 1999
/// (Estimation and removal of clock skew from network delay measurements, doi 10.1109/INFCOM.1999.749287), solved by geometry.
/// </summary>
internal static class LowerHull
{
    /// <summary>The slope of that line.</summary>
    /// <param name="x">Abscissae, ascending.</param>
    /// <param name="y">Ordinates.</param>
    /// <param name="hull">Room for as many places.</param>
    /// <returns>0 where all points lie over one abscissa.</returns>
    public static double Slope(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<int> hull)
    {
        var (count, mean) = (0, 0.0);
        for (var i = 0; i < x.Length; i++)
        {
            mean += x[i] / x.Length;
            // The monotone chain: a point above the line from its neighbour on the left to the new one is not on the hull.
            while (count >= 2 && Turn(x, y, hull[count - 2], hull[count - 1], i) <= 0)
            {
                count--;
            }
            hull[count++] = i;
        }
        for (var i = 1; i < count; i++)
        {
            var (left, right) = (hull[i - 1], hull[i]);
            if (x[right] >= mean && x[right] > x[left])
            {
                return (y[right] - y[left]) / (x[right] - x[left]);
            }
        }
        return 0;
    }

    private static double Turn(ReadOnlySpan<double> x, ReadOnlySpan<double> y, int a, int b, int c) => (x[b] - x[a]) * (y[c] - y[a]) - (y[b] - y[a]) * (x[c] - x[a]);
}
