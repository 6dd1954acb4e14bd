using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace LoopRig.Core.Tests.Metrics;

public sealed class CorrelationTests
{
    private static float[] Noise(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 3))];
    }

    [Fact]
    public void Pearson_OfKnownSeries_IsNumpysValue()
    {
        // numpy.corrcoef([1, 2, 3, 5, 8], [2, 1, 4, 4, 9])[0, 1]
        Assert.Equal(0.9353687, Correlation.Pearson([1, 2, 3, 5, 8], [2, 1, 4, 4, 9]), 6);
        Assert.True(double.IsNaN(Correlation.Pearson([1, 1, 1], [1, 2, 3])));
        Assert.Throws<ArgumentException>(() => Correlation.Pearson([1], [1, 2]));
    }

    [Fact]
    public void Pearson_OfALinearFunction_IsItsSign()
        => Prop.ForAll(Gen.Choose(3, 100).ToArbitrary(), Gen.Choose(-5, 5).Where(s => s != 0).ToArbitrary(), (n, slope) =>
        {
            var a = Noise(n, n);
            return Math.Abs(Correlation.Pearson(a, [.. a.Select(v => (slope * v) + 2)]) - Math.Sign(slope)) < 1e-5;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(41)]
    [InlineData(100)]
    public void Boxcar_OfAnyWindow_IsNumpysSameConvolution(int window)
    {
        var series = Noise(7, 100);
        var smoothed = new float[series.Length];
        Correlation.Boxcar(series, window, smoothed);
        // numpy.convolve(x, ones(n)/n, 'same')[i] = sum of full[i + (n-1)//2], full[j] = sum over k of x[j-k]/n
        for (var i = 0; i < series.Length; i++)
        {
            var sum = 0.0;
            for (var k = 0; k < window; k++)
            {
                var at = i + ((window - 1) / 2) - k;
                if (at >= 0 && at < series.Length) sum += series[at];
            }
            Assert.Equal(sum / window, smoothed[i], 4);
        }
        Assert.Throws<ArgumentException>(() => Correlation.Boxcar(series, 0, smoothed));
        Assert.Throws<ArgumentException>(() => Correlation.Boxcar(series, 101, smoothed));
    }

    [Fact]
    public void BoxcarBins_OfTwoSeconds_Are41() => Assert.Equal(41, Correlation.BoxcarBins(2 * RigClock.SecondNs, 48 * RigClock.MillisecondNs));

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public void RunningCorrelation_BinByBin_IsPearsonOfTheCausalMeans(int window)
    {
        const int Bins = 300;
        var (a, b) = (Noise(1, Bins), Noise(2, Bins));
        for (var i = 0; i < Bins; i++)
        {
            b[i] += a[i];
        }
        var running = new RunningCorrelation(2, window);
        for (var i = 0; i < Bins; i++)
        {
            running.Add([a[i], 1], [b[i], b[i]]);
        }
        float[] Means(float[] x) => [.. Enumerable.Range(window - 1, Bins - window + 1).Select(i => x.AsSpan(i - window + 1, window).ToArray().Average())];
        Assert.Equal(Correlation.Pearson(Means(a), Means(b)), running.Of(0), 4);
        Assert.True(double.IsNaN(running.Of(1)), "a unit that does not vary has no correlation");
        Assert.Equal(Bins - window + 1, running.Count);
    }

    [Fact]
    public void RunningCorrelation_AfterABreak_LetsNoWindowSpanIt()
    {
        var running = new RunningCorrelation(1, 5);
        for (var i = 0; i < 20; i++)
        {
            if (i == 10) running.Break();
            running.Add([i], [i]);
        }
        Assert.Equal(6 + 6, running.Count);
    }
}
