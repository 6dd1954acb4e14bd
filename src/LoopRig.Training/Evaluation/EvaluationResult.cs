using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>How well held-out activity is predicted.</summary>
/// <param name="Predictions">What was compared.</param>
/// <param name="Prediction">The network's scores.</param>
/// <param name="Ceiling">Scores of the true expected activity; null where nobody knows it.</param>
public sealed record EvaluationResult(Predictions Predictions, UnitScores Prediction, UnitScores? Ceiling)
{
    /// <summary>Names of the units.</summary>
    public string[] UnitIds => Predictions.UnitIds;

    /// <summary>Places compared.</summary>
    public int Bins => Predictions.Length;

    /// <summary>Mean boxcar correlation over that of the ceiling; NaN without one.</summary>
    public double BoxcarShareOfCeiling => Ceiling is null ? double.NaN : Prediction.MeanBoxcar / Ceiling.MeanBoxcar;

    /// <summary>One score over the units, with bootstrap intervals.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="seed">Of the resampling.</param>
    public ScoreSummary Summarise(ScoreKind kind, int seed = 0) => ScoreSummary.Of(Prediction.Of(kind), seed);
}
