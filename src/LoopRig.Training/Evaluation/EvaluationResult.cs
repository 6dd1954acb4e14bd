namespace LoopRig.Training;

/// <summary>How well held-out activity is predicted, and by what.</summary>
/// <param name="UnitIds">Names of the units.</param>
/// <param name="Bins">Bins compared.</param>
/// <param name="Prediction">With the inputs as recorded.</param>
/// <param name="ImagesShuffled">With each bin's images taken from another test bin.</param>
/// <param name="BehaviourShuffled">With every other input (behaviour, eye, head) taken from another test bin.</param>
/// <param name="Ceiling">Of the true expected activity; null where nobody knows it.</param>
public sealed record EvaluationResult(
    string[] UnitIds, int Bins, UnitScores Prediction, UnitScores ImagesShuffled, UnitScores BehaviourShuffled, UnitScores? Ceiling)
{
    /// <summary>Mean boxcar correlation over that of the ceiling; NaN without one.</summary>
    public double BoxcarShareOfCeiling => Ceiling is null ? double.NaN : Prediction.MeanBoxcar / Ceiling.MeanBoxcar;

    /// <summary>By how much shuffling the images lowers the mean boxcar correlation: 0 not at all, 1 to nothing.</summary>
    public double ImageDrop => 1 - ImagesShuffled.MeanBoxcar / Prediction.MeanBoxcar;

    /// <summary>By how much shuffling behaviour lowers the mean boxcar correlation.</summary>
    public double BehaviourDrop => 1 - BehaviourShuffled.MeanBoxcar / Prediction.MeanBoxcar;
}
