namespace LoopRig.Acquisition;

/// <summary>
/// One step in time of a second-order Butterworth low-pass (poles at (-1 +- i) / tau, so that a step is answered in about tau), exact for an input that is
/// held over the step. Steps may differ: a jittering or changing sample rate moves nothing but the noise. Its delay at low frequencies is tau.
/// </summary>
internal struct LowPassStep
{
    private double _ofRatio;

    internal double Cos { get; private set; }

    internal double Sin { get; private set; }

    /// <summary>Sets the step's length in units of tau.</summary>
    internal void Set(double ratio)
    {
        if (ratio == _ofRatio) return; // regular sampling computes it once
        _ofRatio = ratio;
        if (ratio > 0.1)
        {
            (double sin, double cos) = Math.SinCos(ratio);
            double decay = Math.Exp(-ratio);
            (Cos, Sin) = (decay * cos, decay * sin);
            return;
        }

        // e^((-1+i) r) as a series; the first term left out is below 1e-8.
        double r = ratio, r2 = r * r, r3 = r2 * r;
        Cos = 1 - r + (r3 / 3) - (r3 * r / 6) + (r3 * r2 / 30);
        Sin = r - r2 + (r3 / 3) - (r3 * r2 / 30);
    }
}
