using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>What one pass over the recorded activity of a set of trials finds out.</summary>
internal sealed record ResponseScan
{
    private const int RunBins = 64;     // files where time is the last dimension are slow to read bin by bin

    /// <summary>For each bin, whether any unit is a number.</summary>
    public required bool[] Known { get; init; }

    /// <summary>Of each unit the mean over the bins that fit, below 0 taken for 0; NaN without any.</summary>
    public required double[] Mean { get; init; }

    /// <summary>Of each unit the standard deviation over the same bins.</summary>
    public required double[] Deviation { get; init; }

    /// <summary>Trials without a single number.</summary>
    public required IReadOnlyList<string> MissingTrials { get; init; }

    /// <summary>How many values are below 0.</summary>
    public required long Negative { get; init; }

    /// <summary>Reads all activity once.</summary>
    /// <param name="activity">As it was recorded.</param>
    /// <param name="trials">The trials.</param>
    /// <param name="parts">What each trial is for.</param>
    /// <param name="fileOf">The file of a trial's responses, by the trial's name.</param>
    /// <exception cref="DataFileException">A value is infinite; file, trial, bin and unit are named.</exception>
    public static ResponseScan Of(IBinValues activity, IReadOnlyList<DataTrial> trials, ReadOnlySpan<DataPart> parts, Func<string, string> fileOf)
    {
        int units = activity.Length;
        double[] sum = new double[units], squares = new double[units];
        var count = new long[units];
        var known = new bool[activity.Bins];
        var missing = new List<string>();
        var buffer = new float[RunBins * units];
        long negative = 0;
        for (int trial = 0; trial < trials.Count; trial++)
        {
            bool any = false;
            for (int bin = trials[trial].First; bin < trials[trial].First + trials[trial].Bins; bin++)
            {
                int inRun = (bin - trials[trial].First) % RunBins;
                if (inRun == 0)
                    activity.Read(bin, buffer.AsSpan(0, Math.Min(RunBins, trials[trial].First + trials[trial].Bins - bin) * units));
                ReadOnlySpan<float> row = buffer.AsSpan(inRun * units, units);
                int numbers = 0;
                for (int unit = 0; unit < units; unit++)
                {
                    float value = row[unit];
                    if (float.IsNaN(value))
                        continue;
                    if (float.IsInfinity(value))
                        throw new DataFileException(fileOf(trials[trial].Name), $"trial {trials[trial].Name}: the response of unit {unit} in bin {bin - trials[trial].First} is infinite");
                    numbers++;
                    negative += value < 0 ? 1 : 0;
                    if (parts[trial] != DataPart.Fit)
                        continue;
                    double kept = Math.Max(value, 0);
                    sum[unit] += kept;
                    squares[unit] += kept * kept;
                    count[unit]++;
                }
                known[bin] = numbers > 0;
                any |= numbers > 0;
            }
            if (!any)
                missing.Add(trials[trial].Name);
        }
        var mean = new double[units];
        var deviation = new double[units];
        for (int unit = 0; unit < units; unit++)
        {
            mean[unit] = sum[unit] / count[unit];
            deviation[unit] = Math.Sqrt(Math.Max(squares[unit] / count[unit] - mean[unit] * mean[unit], 0));
        }
        return new ResponseScan { Known = known, Mean = mean, Deviation = deviation, MissingTrials = missing, Negative = negative };
    }
}
