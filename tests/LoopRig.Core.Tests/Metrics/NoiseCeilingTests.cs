using Xunit;

namespace LoopRig.Core.Tests.Metrics;

public sealed class NoiseCeilingTests
{
    private static readonly float[][] s_repeats = [[1, 2, 3, 4, 0, 5], [2, 2, 4, 3, 1, 6], [0, 3, 2, 5, 1, 4]];
    private static readonly float[][] s_predicted = [[1, 2.5f, 3, 4, 0.5f, 4.5f], [1, 2.5f, 3, 4, 0.5f, 4.5f], [1, 2.5f, 3, 4, 0.5f, 4.5f]];

    // The published evaluation's formulas, worked out for this case: n = 3, P = 2.844444, TP = 3.4, SP = 2.566667.
    [Fact]
    public void CcMax_OfThePublishedFormulasCase_IsItsValue()
    {
        Assert.Equal(1.0405828, NoiseCeiling.CcMax(s_repeats), 6);
        Assert.Equal(0.9917694, NoiseCeiling.CcAbs(s_predicted, s_repeats), 6);
        Assert.Equal(0.9530904, NoiseCeiling.CcNorm(s_predicted, s_repeats), 6);
    }

    // numpy: n = sqrt((t.sum() - J) / ((t - 1) / t**2).sum()), nanvar with ddof 1.
    [Fact]
    public void CcMax_WithMissingRepeats_CountsTheRepeatsThatAreThere()
    {
        float[][] repeats = [[1, 2, 3, 4, 0, 5], [2, 2, 4, 3, float.NaN, 6], [0, float.NaN, 2, 5, 1, 4]];
        Assert.Equal(1.0415206, NoiseCeiling.CcMax(repeats), 6);
    }

    [Fact]
    public void CcMax_OfNoiseAlone_IsNaN()
    {
        Assert.True(double.IsNaN(NoiseCeiling.CcMax([[1, 0, 1, 0], [0, 1, 0, 1]])));
        Assert.True(double.IsNaN(NoiseCeiling.CcMax([[1, 2, 3]])));
    }

    // numpy: 1 - (((y - p)**2).mean() - noise) / (y.var() - noise), noise = y.var(0, ddof=1).mean().
    [Fact]
    public void ExplainableVarianceExplained_OfThreeRepeats_IsNumpysValue()
        => Assert.Equal(1.0986842, NoiseCeiling.ExplainableVarianceExplained(s_predicted, s_repeats), 6);

    [Fact]
    public void ExplainableVarianceExplained_OfTheMeanOverManyRepeats_IsNearOne()
    {
        var random = new Random(3);
        float[] truth = [.. Enumerable.Range(0, 200).Select(_ => (float)random.NextDouble() * 4)];
        float[][] repeats = [.. Enumerable.Range(0, 50).Select(_ => truth.Select(v => v + (float)(random.NextDouble() - 0.5) * 6).ToArray())];
        Assert.Equal(1, NoiseCeiling.ExplainableVarianceExplained([.. repeats.Select(_ => truth)], repeats), 0.05);
        Assert.Equal(0, NoiseCeiling.ExplainableVarianceExplained([.. repeats.Select(_ => truth.Select(_ => truth.Average()).ToArray())], repeats), 0.05);
    }

    [Fact]
    public void MeanOverRepeats_OfUnequalRepeats_IsRefused()
        => Assert.Throws<ArgumentException>(() => NoiseCeiling.MeanOverRepeats([[1, 2], [1]]));
}
