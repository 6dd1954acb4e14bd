namespace LoopRig.Training;

/// <summary>
/// The last bins of the windows of each part. As Xu et al. 2023: consecutive segments, the first share of each for training and the rest for the test; of the
/// training share the first part fits and the last validates. A window with its target lies in one part alone, so nothing leaks.
/// </summary>
public sealed record DataSplit(int[] Fit, int[] Validation, int[] Test)
{
    /// <summary>Cuts a data set.</summary>
    /// <param name="data">The bins.</param>
    /// <param name="window">Bins of a window.</param>
    /// <param name="delay">Bins from a window's last to its target.</param>
    /// <param name="segments">Consecutive segments.</param>
    /// <param name="trainShare">Share of each segment that is for training.</param>
    /// <param name="fitShare">Share of the training bins that fit.</param>
    /// <exception cref="Core.LoopRigException">A part would be empty.</exception>
    public static DataSplit Cut(Dataset data, int window, int delay, int segments = 10, double trainShare = 0.7, double fitShare = 0.8)
    {
        var fit = new List<int>();
        var validation = new List<int>();
        var test = new List<int>();
        for (int segment = 0; segment < segments; segment++)
        {
            int start = (int)((long)data.Length * segment / segments), end = (int)((long)data.Length * (segment + 1) / segments);
            int testStart = start + (int)((end - start) * trainShare), validationStart = start + (int)((testStart - start) * fitShare);
            Collect(data, window, delay, start, validationStart, fit);
            Collect(data, window, delay, validationStart, testStart, validation);
            Collect(data, window, delay, testStart, end, test);
        }
        if (fit.Count == 0 || validation.Count == 0 || test.Count == 0)
            throw new Core.LoopRigException($"{data.Length} bins in {segments} segments leave {fit.Count} windows to fit, {validation.Count} to validate and {test.Count} to test");
        return new DataSplit([.. fit], [.. validation], [.. test]);
    }

    private static void Collect(Dataset data, int window, int delay, int start, int end, List<int> into)
    {
        for (int last = start + window - 1; last + delay < end; last++)
        {
            if (data.IsSample(last, window, delay))
                into.Add(last);
        }
    }
}
