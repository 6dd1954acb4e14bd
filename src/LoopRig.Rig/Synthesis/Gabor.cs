namespace LoopRig.Rig.Synthesis;

/// <summary>
/// A Gabor that was fitted to an image: a Gaussian envelope times a cosine across its bars, without response to uniform light. x runs to the right and y down, px, from the centre of
/// the first pixel; angles in degrees.
/// </summary>
internal sealed record Gabor
{
    /// <summary>Column of the centre, px.</summary>
    public required double X { get; init; }

    /// <summary>Row of the centre, px.</summary>
    public required double Y { get; init; }

    /// <summary>Direction along the bars, counter-clockwise from horizontal as seen, 0 to 180.</summary>
    public required double OrientationDeg { get; init; }

    /// <summary>Frequency of the cosine, cycles a pixel.</summary>
    public required double CyclesPerPixel { get; init; }

    /// <summary>Standard deviation of the envelope across the bars, px.</summary>
    public required double AcrossPx { get; init; }

    /// <summary>Standard deviation of the envelope along the bars, px.</summary>
    public required double AlongPx { get; init; }

    /// <summary>0: a bright bar at the centre; 180: a dark one.</summary>
    public required double PhaseDeg { get; init; }

    /// <summary>Share of the image's variance that the fit explains, 0 to 1.</summary>
    public required double Explained { get; init; }

    /// <summary>
    /// The frequency of the grating that such a filter answers most, cycles a pixel: the peak of its spectrum. Where little more than one cycle lies within the envelope it is above that of the
    /// cosine, since no response to uniform light is left: |G(v - f) + G(v + f) - 2 G(f) G(v)| with G(v) = exp(-2 (pi sigma v)^2).
    /// </summary>
    public double PreferredCyclesPerPixel => Preferred(CyclesPerPixel, AcrossPx);

    /// <summary>The same for a filter of this frequency and envelope, in whatever unit of length.</summary>
    public static double Preferred(double frequency, double sigma)
    {
        double best = frequency, most = 0;
        for (var i = 1; i <= 2000; i++)
        {
            var v = i / 2000.0 * 3 * Math.Max(frequency, 0.3 / sigma);
            var answer = Math.Abs(G(v - frequency) + G(v + frequency) - 2 * G(frequency) * G(v));
            if (answer > most)
            {
                (best, most) = (v, answer);
            }
        }
        return best;

        double G(double v) => Math.Exp(-2 * Math.PI * Math.PI * sigma * sigma * v * v);
    }
}
