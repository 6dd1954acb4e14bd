namespace LoopRig.Core.Stimuli;

/// <summary>A luminance curve fitted to a photometer's readings.</summary>
/// <param name="Curve">The curve.</param>
/// <param name="ResidualRms">Root mean square of measured less fitted luminance, in the photometer's unit.</param>
/// <param name="RSquared">Share of the readings' variance that the curve explains.</param>
public sealed record GammaFit(GammaCurve Curve, double ResidualRms, double RSquared)
{
    private const double LeastExponent = 0.2;
    private const double MostExponent = 5;
    private const int Coarse = 97;

    /// <summary>
    /// Fits L = offset + scale p^gamma by least squares. For a given gamma offset and scale are linear, so only gamma is searched for: on a grid, then by
    /// golden section between its best neighbours. No start to guess, no local minimum to fall into.
    /// </summary>
    /// <param name="readings">Pixel value (0 to 1) and luminance.</param>
    /// <param name="source">The file, for messages.</param>
    /// <exception cref="DataFileException">Too few different levels, or luminance that does not grow with them.</exception>
    public static GammaFit Fit(IReadOnlyList<PhotometerReading> readings, string source)
    {
        if (readings.Select(r => r.Pixel).Distinct().Count() < 4)
        {
            throw new DataFileException(source, "a gamma curve needs readings at 4 or more different levels");
        }
        var best = 0;
        var errors = new double[Coarse];
        for (var i = 0; i < Coarse; i++)
        {
            errors[i] = Linear(readings, ExponentAt(i)).Error;
            best = errors[i] < errors[best] ? i : best;
        }
        var exponent = Golden(readings, ExponentAt(Math.Max(0, best - 1)), ExponentAt(Math.Min(Coarse - 1, best + 1)));
        var (offset, scale, error) = Linear(readings, exponent);
        if (scale <= 0)
        {
            throw new DataFileException(source, "the luminance does not grow with the level: columns swapped?");
        }
        if (best is 0 or Coarse - 1)
        {
            throw new DataFileException(source, FormattableString.Invariant($"no gamma between {LeastExponent} and {MostExponent} fits the readings"));
        }
        var mean = readings.Average(r => r.Luminance);
        var variance = readings.Sum(r => (r.Luminance - mean) * (r.Luminance - mean));
        return new GammaFit(new GammaCurve(offset, scale, exponent), Math.Sqrt(error / readings.Count), 1 - error / variance);
    }

    private static double ExponentAt(int i) => LeastExponent + (MostExponent - LeastExponent) * i / (Coarse - 1);

    private static double Golden(IReadOnlyList<PhotometerReading> readings, double low, double high)
    {
        var ratio = (Math.Sqrt(5) - 1) / 2;
        while (high - low > 1e-9)
        {
            var left = high - ratio * (high - low);
            var right = low + ratio * (high - low);
            if (Linear(readings, left).Error < Linear(readings, right).Error)
            {
                high = right;
            }
            else
            {
                low = left;
            }
        }
        return (low + high) / 2;
    }

    // Ordinary least squares of luminance on p^exponent.
    private static (double Offset, double Scale, double Error) Linear(IReadOnlyList<PhotometerReading> readings, double exponent)
    {
        double n = readings.Count, sx = 0, sy = 0, sxx = 0, sxy = 0;
        foreach (var reading in readings)
        {
            var x = Math.Pow(reading.Pixel, exponent);
            (sx, sy, sxx, sxy) = (sx + x, sy + reading.Luminance, sxx + x * x, sxy + x * reading.Luminance);
        }
        var scale = (n * sxy - sx * sy) / (n * sxx - sx * sx);
        var offset = (sy - scale * sx) / n;
        var error = 0.0;
        foreach (var reading in readings)
        {
            var residual = reading.Luminance - offset - scale * Math.Pow(reading.Pixel, exponent);
            error += residual * residual;
        }
        return (offset, scale, error);
    }
}
