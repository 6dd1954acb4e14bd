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

    /// <summary>The same over some places alone.</summary>
    /// <param name="bins">Some of the predictions' places, in their order.</param>
    public EvaluationResult At(int[] bins) => bins.Length == Bins ? this : Of(Predictions.At(bins));

    /// <summary>Scores predictions, and what is expected where that is known.</summary>
    public static EvaluationResult Of(Predictions predictions)
        => new(predictions, UnitScores.Of(predictions), predictions.Expected is null ? null : UnitScores.Of(predictions with { Predicted = predictions.Expected }));

    /// <summary>One score over the units, with bootstrap intervals.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="seed">Of the resampling.</param>
    public ScoreSummary Summarise(ScoreKind kind, int seed = 0) => ScoreSummary.Of(Prediction.Of(kind), seed);
}
