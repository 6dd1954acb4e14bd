using Xunit;

namespace LoopRig.Core.Tests.Metrics;

public sealed class ScoreSummaryTests
{
    [Fact]
    public void Of_WithMissingScores_LeavesThemOut()
    {
        var summary = ScoreSummary.Of([1, double.NaN, 3, 8]);
        Assert.Equal((3, 4, 3), (summary.Units, summary.Mean, summary.Median));
        Assert.Equal(Math.Sqrt(26.0 / 3), summary.Deviation, 12);
    }

    [Fact]
    public void Of_Nothing_IsNaN()
    {
        var summary = ScoreSummary.Of([double.NaN]);
        Assert.Equal(0, summary.Units);
        Assert.True(double.IsNaN(summary.Mean) && double.IsNaN(summary.MedianInterval.Low));
    }

    // Of 100 draws from a normal distribution the mean's interval is about mean +- 1.96 sd / sqrt(100).
    [Fact]
    public void Of_ManyScores_HasTheIntervalOfTheMean()
    {
        var random = new Random(1);
        double[] scores = [.. Enumerable.Range(0, 100).Select(_ => Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6)];
        var summary = ScoreSummary.Of(scores, seed: 4);
        Assert.Equal(1.96 * summary.Deviation / 10, summary.Mean - summary.MeanInterval.Low, 0.04);
        Assert.Equal(1.96 * summary.Deviation / 10, summary.MeanInterval.High - summary.Mean, 0.04);
        Assert.InRange(summary.Median, summary.MedianInterval.Low, summary.MedianInterval.High);
        Assert.Equal(summary, ScoreSummary.Of(scores, seed: 4));
    }

    [Fact]
    public void Pearson_WithMissingPlaces_LeavesThemOut()
        => Assert.Equal(Correlation.Pearson([1, 2, 4], [2, 1, 5]), Correlation.Pearson([1, 9, 2, 4, float.NaN], [2, float.NaN, 1, 5, 7]), 12);
}
