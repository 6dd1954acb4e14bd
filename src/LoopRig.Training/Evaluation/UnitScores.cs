using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>One score a unit, [U] each; NaN where a series does not vary or a score needs repeats that are not there.</summary>
public sealed record UnitScores
{
    /// <summary>Mean over bins of prediction - activity log(prediction + 1e-8).</summary>
    public required double[] PoissonLoss { get; init; }

    /// <summary>Pearson's r, single bins (of an image set: single trials).</summary>
    public required double[] SingleBin { get; init; }

    /// <summary>Pearson's r after the 2 s boxcar of Xu et al. 2023; NaN for images, which are not in time.</summary>
    public required double[] Boxcar { get; init; }

    /// <summary>Pearson's r of the means over repeats.</summary>
    public required double[] CcAbs { get; init; }

    /// <summary>The highest that <see cref="CcAbs"/> can be.</summary>
    public required double[] CcMax { get; init; }

    /// <summary><see cref="CcAbs"/> over <see cref="CcMax"/>.</summary>
    public required double[] CcNorm { get; init; }

    /// <summary>Fraction of explainable variance explained.</summary>
    public required double[] ExplainableExplained { get; init; }

    /// <summary>Mean over the units that have a value.</summary>
    public double MeanSingleBin => Mean(SingleBin);

    /// <summary>Mean over the units that have a value.</summary>
    public double MeanBoxcar => Mean(Boxcar);

    /// <summary>Every score with its name in files and tables, in their order.</summary>
    public IReadOnlyList<(ScoreKind Kind, double[] Values)> All =>
    [
        (ScoreKind.PoissonLoss, PoissonLoss),
        (ScoreKind.SingleBin, SingleBin),
        (ScoreKind.Boxcar, Boxcar),
        (ScoreKind.CcAbs, CcAbs),
        (ScoreKind.CcMax, CcMax),
        (ScoreKind.CcNorm, CcNorm),
        (ScoreKind.ExplainableExplained, ExplainableExplained),
    ];

    /// <summary>The values of one score, [U].</summary>
    public double[] Of(ScoreKind kind) => All.First(score => score.Kind == kind).Values;

    /// <summary>Scores predictions.</summary>
    public static UnitScores Of(Predictions predictions)
    {
        int units = predictions.UnitIds.Length, boxcar = Correlation.BoxcarBins(2 * RigClock.SecondNs, predictions.BinNs);
        double[] New() => [.. Enumerable.Repeat(double.NaN, units)];
        var scores = new UnitScores
        {
            PoissonLoss = New(),
            SingleBin = New(),
            Boxcar = New(),
            CcAbs = New(),
            CcMax = New(),
            CcNorm = New(),
            ExplainableExplained = New(),
        };
        for (int unit = 0; unit < units; unit++)
        {
            (float[] predicted, float[] recorded) = Known(predictions.Predicted[unit], predictions.Recorded[unit]);
            if (recorded.Length < 2)
                continue;
            scores.PoissonLoss[unit] = Poisson(predicted, recorded);
            scores.SingleBin[unit] = Correlation.Pearson(predicted, recorded);
            if (predictions.InTime)
                scores.Boxcar[unit] = Correlation.Pearson(Smooth(predicted, boxcar), Smooth(recorded, boxcar));
            if (predictions.Repeats is null)
                continue;
            (float[][] predictedRepeats, float[][] recordedRepeats) = predictions.ByRepeat(unit);
            scores.CcAbs[unit] = NoiseCeiling.CcAbs(predictedRepeats, recordedRepeats);
            scores.CcMax[unit] = NoiseCeiling.CcMax(recordedRepeats);
            scores.CcNorm[unit] = scores.CcAbs[unit] / scores.CcMax[unit];
            scores.ExplainableExplained[unit] = NoiseCeiling.ExplainableVarianceExplained(predictedRepeats, recordedRepeats);
        }
        return scores;
    }

    /// <summary>The same series, with places left out where one of them is missing: the boxcar runs over what remains, as over joined segments.</summary>
    private static (float[] Predicted, float[] Recorded) Known(float[] predicted, float[] recorded)
    {
        bool IsKnown(int at) => !float.IsNaN(predicted[at]) && !float.IsNaN(recorded[at]);
        int[] known = [.. Enumerable.Range(0, predicted.Length).Where(IsKnown)];
        return known.Length == predicted.Length ? (predicted, recorded) : ([.. known.Select(at => predicted[at])], [.. known.Select(at => recorded[at])]);
    }

    private static double Poisson(float[] predicted, float[] recorded)
    {
        double sum = 0;
        for (int at = 0; at < predicted.Length; at++)
            sum += predicted[at] - recorded[at] * Math.Log(Math.Max(predicted[at], 0) + 1e-8);
        return sum / predicted.Length;
    }

    private static float[] Smooth(float[] series, int bins)
    {
        var smooth = new float[series.Length];
        Correlation.Boxcar(series, Math.Min(bins, series.Length), smooth);
        return smooth;
    }

    private static double Mean(double[] values) => values.Where(static value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();
}
