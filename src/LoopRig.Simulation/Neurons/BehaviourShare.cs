namespace LoopRig.Simulation.Neurons;

/// <summary>How much of a unit's rate variance is owed to behaviour.</summary>
public static class BehaviourShare
{
    /// <summary>
    /// Total effect of behaviour on max(0, drive x gain + offset): half the mean squared change of the rate when behaviour is taken from another moment,
    /// over the variance of the rate under that shuffling (the estimator of Jansen 1999, doi 10.1016/S0010-4655(98)00154-4). Interactions count as behaviour's,
    /// so the share is never flattering to vision. Moments are paired by circular shifts, which keep the statistics of each side.
    /// </summary>
    public static double Of(ReadOnlySpan<float> drive, ReadOnlySpan<float> gain, ReadOnlySpan<float> offset)
    {
        const int Shifts = 8;
        int bins = drive.Length;
        double sum = 0, squares = 0, change = 0;
        for (int shift = 1; shift <= Shifts; shift++)
        {
            int apart = (int)((long)bins * shift / (Shifts + 1)), further = (int)((long)bins * (shift + 0.5) / (Shifts + 1));
            for (int bin = 0; bin < bins; bin++)
            {
                int first = (bin + apart) % bins, second = (bin + further) % bins;
                double one = Math.Max(0, drive[bin] * gain[first] + offset[first]), other = Math.Max(0, drive[bin] * gain[second] + offset[second]);
                sum += one;
                squares += one * one;
                change += (one - other) * (one - other);
            }
        }
        double count = (double)bins * Shifts, variance = squares / count - sum / count * (sum / count);
        return variance <= 0 ? 0 : change / count / (2 * variance);
    }
}
