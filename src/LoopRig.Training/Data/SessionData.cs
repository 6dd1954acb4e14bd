namespace LoopRig.Training;

/// <summary>One animal or session of a data set.</summary>
/// <param name="Name">What it is called in tables and file names.</param>
/// <param name="Data">Its bins.</param>
/// <param name="Parts">What each bin is for.</param>
/// <param name="DelayBins">Bins from a window's last to the activity that is predicted from it.</param>
public sealed record SessionData(string Name, Dataset Data, DataPart[] Parts, int DelayBins)
{
    /// <summary>The last bins of the windows of one part; empty where it holds none.</summary>
    /// <param name="part">The part.</param>
    /// <param name="window">Bins of a window.</param>
    public int[] Windows(DataPart part, int window)
    {
        DataSplit split = DataSplit.Of(Data, Parts, window, DelayBins);
        return part switch { DataPart.Fit => split.Fit, DataPart.Validation => split.Validation, DataPart.Test => split.Test, _ => [] };
    }

    /// <summary>The windows of each part: all that a window reads, its target included, is of the one part, so nothing leaks. Some sets know no test.</summary>
    /// <param name="window">Bins of a window.</param>
    /// <exception cref="Core.LoopRigException">No window fits into a part; it says what there is.</exception>
    public DataSplit Split(int window)
    {
        DataSplit split = DataSplit.Of(Data, Parts, window, DelayBins);
        return split.Fit.Length > 0 && split.Validation.Length > 0 && (split.Test.Length > 0 || !Parts.Contains(DataPart.Test))
            ? split
            : throw new Core.LoopRigException(
                $"session {Name}: {Data.Length} bins in {Data.Trials.Count} stretches leave {split.Fit.Length} windows of {window} to fit, {split.Validation.Length} to validate and {split.Test.Length} to test");
    }
}
