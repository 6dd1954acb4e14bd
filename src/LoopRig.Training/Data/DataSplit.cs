namespace LoopRig.Training;

/// <summary>The last bins of the windows of each part. A window with its target lies in one part alone, so nothing leaks.</summary>
public sealed record DataSplit(int[] Fit, int[] Validation, int[] Test)
{
    /// <summary>
    /// Cuts a data set as Xu et al. 2023: consecutive segments, the first share of each for training and the rest for the test; of the training share the
    /// first part fits and the last validates.
    /// </summary>
    /// <param name="data">The bins.</param>
    /// <param name="window">Bins of a window.</param>
    /// <param name="delay">Bins from a window's last to its target.</param>
    /// <param name="segments">Consecutive segments.</param>
    /// <param name="trainShare">Share of each segment that is for training.</param>
    /// <param name="fitShare">Share of the training bins that fit.</param>
    /// <exception cref="Core.LoopRigException">A part would be empty.</exception>
    public static DataSplit Cut(Dataset data, int window, int delay, int segments = 10, double trainShare = 0.7, double fitShare = 0.8)
    {
        DataSplit split = Of(data, SegmentParts(data.Length, segments, trainShare, fitShare), window, delay);
        if (split.Fit.Length == 0 || split.Validation.Length == 0 || split.Test.Length == 0)
        {
            throw new Core.LoopRigException(
                $"{data.Length} bins in {segments} segments leave {split.Fit.Length} windows to fit, {split.Validation.Length} to validate and {split.Test.Length} to test");
        }
        return split;
    }

    /// <summary>What each bin is for, by the rule of <see cref="Cut"/>.</summary>
    public static DataPart[] SegmentParts(int bins, int segments = 10, double trainShare = 0.7, double fitShare = 0.8)
    {
        var parts = new DataPart[bins];
        for (int segment = 0; segment < segments; segment++)
        {
            int start = (int)((long)bins * segment / segments), end = (int)((long)bins * (segment + 1) / segments);
            int test = start + (int)((end - start) * trainShare), validation = start + (int)((test - start) * fitShare);
            parts.AsSpan(start..validation).Fill(DataPart.Fit);
            parts.AsSpan(validation..test).Fill(DataPart.Validation);
            parts.AsSpan(test..end).Fill(DataPart.Test);
        }
        return parts;
    }

    /// <summary>Leaves only the first bins of the training parts, cut anew into fitting and validation; the test stays.</summary>
    /// <param name="parts">What each bin is for; changed in place.</param>
    /// <param name="trainBins">Bins for training.</param>
    /// <param name="fitShare">Share of them that fits.</param>
    internal static void Shorten(DataPart[] parts, int trainBins, double fitShare)
    {
        int seen = 0;
        for (int bin = 0; bin < parts.Length; bin++)
        {
            if (parts[bin] is not (DataPart.Fit or DataPart.Validation))
                continue;
            parts[bin] = seen < (int)(trainBins * fitShare) ? DataPart.Fit : seen < trainBins ? DataPart.Validation : DataPart.None;
            seen++;
        }
    }

    /// <summary>All windows that read bins of one part alone.</summary>
    /// <param name="data">The bins.</param>
    /// <param name="parts">What each bin is for.</param>
    /// <param name="window">Bins of a window.</param>
    /// <param name="delay">Bins from a window's last to its target.</param>
    /// <exception cref="Core.LoopRigException">Such windows cannot be.</exception>
    public static DataSplit Of(Dataset data, ReadOnlySpan<DataPart> parts, int window, int delay)
    {
        if (window < 1 || delay < 0)
            throw new Core.LoopRigException($"a window of {window} bins and an output delay of {delay} cannot be");
        List<int>[] lasts = [[], [], [], []];
        int alike = 0;      // bins of one part up to and with the target
        for (int target = 0; target < data.Length; target++)
        {
            alike = target > 0 && parts[target] == parts[target - 1] ? alike + 1 : 1;
            int last = target - delay;
            if (alike >= window + delay && data.IsSample(last, window, delay) && !LooksBack(data, parts, last - window + 1, delay))
                lasts[(int)parts[target]].Add(last);
        }
        return new DataSplit([.. lasts[(int)DataPart.Fit]], [.. lasts[(int)DataPart.Validation]], [.. lasts[(int)DataPart.Test]]);
    }

    // A first difference reads the bin before the window. A delay keeps the inputs of a part's last bins unread, so that nothing is shared then.
    private static bool LooksBack(Dataset data, ReadOnlySpan<DataPart> parts, int first, int delay)
        => delay == 0 && first > 0 && data.HasDifferences && !data.StartsStretch(first) && parts[first - 1] != parts[first];
}
