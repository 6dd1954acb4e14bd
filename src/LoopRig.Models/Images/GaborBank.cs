namespace LoopRig.Models.Images;

/// <summary>Pairs of Gabor filters (even and odd phase), evenly spread over orientations: the classical model of complex cells (Adelson and Bergen 1985).</summary>
internal static class GaborBank
{
    /// <summary>Wavelength of the carrier, pixels of its level.</summary>
    internal const double Wavelength = 4;

    /// <summary>Deviation of the envelope, pixels.</summary>
    internal const double Envelope = 2;

    /// <summary>Side of a filter, pixels; odd.</summary>
    internal const int Side = 9;

    /// <summary>[2 orientations, 1, side, side]: even and odd phase of each orientation in turn. Even ones see no mean; all have the same norm.</summary>
    internal static float[] Filters(int orientations)
    {
        const int Radius = Side / 2, Area = Side * Side;
        var filters = new float[2 * orientations * Area];
        for (int orientation = 0; orientation < orientations; orientation++)
        {
            double angle = Math.PI * orientation / orientations;
            var (envelope, even, odd) = (new double[Area], new double[Area], new double[Area]);
            for (int at = 0; at < Area; at++)
            {
                (int x, int y) = (at % Side - Radius, at / Side - Radius);
                double phase = 2 * Math.PI * (x * Math.Cos(angle) + y * Math.Sin(angle)) / Wavelength;
                envelope[at] = Math.Exp(-(x * x + y * y) / (2 * Envelope * Envelope));
                (even[at], odd[at]) = (envelope[at] * Math.Cos(phase), envelope[at] * Math.Sin(phase));
            }
            double mean = even.Sum() / envelope.Sum();
            for (int at = 0; at < Area; at++)
                even[at] -= mean * envelope[at];
            double norm = Math.Sqrt(even.Sum(static value => value * value));
            for (int at = 0; at < Area; at++)
            {
                filters[2 * orientation * Area + at] = (float)(even[at] / norm);
                filters[(2 * orientation + 1) * Area + at] = (float)(odd[at] / norm);
            }
        }
        return filters;
    }
}
