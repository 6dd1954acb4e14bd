namespace LoopRig.Simulation.Neurons;

/// <summary>The best correlation with Poisson counts that anyone who knows the expected counts can reach.</summary>
public static class Ceiling
{
    /// <summary>
    /// sqrt(signal / (signal + noise)) with signal the variance of the boxcar mean of <paramref name="expected"/> over <paramref name="bins"/> bins, and noise
    /// that of the Poisson draws, mean / bins. 0 for a silent unit.
    /// </summary>
    public static double Of(ReadOnlySpan<float> expected, int bins)
    {
        double mean = 0;
        foreach (float value in expected)
            mean += value;
        mean /= expected.Length;
        double window = 0, signal = 0;
        int windows = 0;
        for (int bin = 0; bin < expected.Length; bin++)
        {
            window += expected[bin] - (bin >= bins ? expected[bin - bins] : 0);
            if (bin < bins - 1)
                continue;
            signal += (window / bins - mean) * (window / bins - mean);
            windows++;
        }
        return windows == 0 || mean <= 0 ? 0 : Math.Sqrt(signal / windows / (signal / windows + mean / bins));
    }
}
