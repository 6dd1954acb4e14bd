namespace LoopRig.Training;

/// <summary>How far training is; reported about once a second and at the end of each epoch.</summary>
/// <param name="Epoch">The pass under way, from 1.</param>
/// <param name="Epochs">Passes at most.</param>
/// <param name="EpochShare">Share of the pass that is done; 1 when it was validated.</param>
/// <param name="TrainingLoss">Mean loss of the pass so far, penalties included.</param>
/// <param name="ValidationLoss">Loss of the responses at the last validation; NaN before the first.</param>
/// <param name="BestValidationLoss">That of the best pass so far; NaN before the first.</param>
/// <param name="SamplesPerSecond">Samples trained on a second of training.</param>
/// <param name="Remaining">Time left if no early stop comes.</param>
public readonly record struct TrainingProgress(
    int Epoch, int Epochs, double EpochShare, double TrainingLoss, double ValidationLoss, double BestValidationLoss, double SamplesPerSecond, TimeSpan Remaining)
{
    /// <summary>Steps made.</summary>
    public long Step { get; init; }

    /// <summary>Correlation at the last validation: mean over units, then over sessions; NaN before the first.</summary>
    public double ValidationCorrelation { get; init; }
}
