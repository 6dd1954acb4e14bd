using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace LoopRig.Core.Tests.Metrics;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void PercentileNs_OfAnyValues_IsWithinTheStatedErrorOfTheSortedOnes()
        => Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).Select(v => (long)v * (v % 7 == 0 ? 1_000_000 : 1)).NonEmptyListOf().ToArbitrary(), Gen.Choose(1, 1000).ToArbitrary(), (values, permille) =>
        {
            var histogram = new LatencyHistogram();
            foreach (var value in values)
            {
                histogram.Record(value);
            }
            var sorted = values.Order().ToArray();
            var exact = sorted[(int)Math.Ceiling(permille / 1000.0 * sorted.Length) - 1];
            var found = histogram.PercentileNs(permille / 1000.0);
            return found >= exact && found <= exact * 1.016 && histogram.MaxNs == sorted[^1] && histogram.Count == sorted.Length;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(long.MaxValue)]
    public void Record_OfOneValue_IsItsOwnPercentile(long value)
    {
        var histogram = new LatencyHistogram();
        histogram.Record(value);
        Assert.Equal((value, value), (histogram.PercentileNs(0.5), histogram.MaxNs));
    }

    [Fact]
    public void Summarise_OfNothing_IsZero() => Assert.Equal(new LatencySummary(0, 0, 0, 0), new LatencyHistogram().Summarise());

    [Fact]
    public void Record_OfANegativeDuration_CountsAsZero()
    {
        var histogram = new LatencyHistogram();
        histogram.Record(-5);
        Assert.Equal((1L, 0L), (histogram.Count, histogram.PercentileNs(1)));
        histogram.Record(2000);
        histogram.Clear();
        Assert.Equal((0L, 0L, 0L), (histogram.Count, histogram.MaxNs, histogram.PercentileNs(0.99)));
    }
}
