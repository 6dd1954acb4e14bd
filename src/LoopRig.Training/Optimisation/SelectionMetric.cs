namespace LoopRig.Training;

/// <summary>What the best epoch is chosen by, on validation data.</summary>
public enum SelectionMetric
{
    /// <summary>The lowest loss of the responses.</summary>
    Loss,
    /// <summary>The highest correlation: mean over units, then over sessions.</summary>
    Correlation,
}
