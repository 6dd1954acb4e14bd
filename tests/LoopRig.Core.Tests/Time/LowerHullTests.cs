using Xunit;

namespace LoopRig.Core.Tests.Time;

public sealed class LowerHullTests
{
    [Fact]
    public void Slope_OfPointsAboveALine_IsTheLines()
    {
        double[] x = [0, 1, 2, 3, 4, 5, 6], y = [0, 3.1, 2, 9, 4, 5.5, 6];
        Assert.Equal(1, LowerHull.Slope(x, y, new int[7]), 12);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Slope_OfRandomPoints_MinimisesTheSumOfTheDistancesFromBelow(int seed)
    {
        var random = new Random(seed);
        double[] x = [.. Enumerable.Range(0, 40).Select(i => i + random.NextDouble() / 2)], y = [.. x.Select(v => 0.3 * v - Math.Log(random.NextDouble()))];
        var best = Sum(x, y, LowerHull.Slope(x, y, new int[x.Length]));
        for (var slope = -1.0; slope < 1.5; slope += 0.001)
        {
            Assert.True(Sum(x, y, slope) >= best - 1e-9);
        }
    }

    [Fact]
    public void Slope_OverOneAbscissa_IsZero() => Assert.Equal(0, LowerHull.Slope([2, 2, 2], [1, 0, 5], new int[3]));

    private static double Sum(double[] x, double[] y, double slope)
    {
        var least = x.Zip(y, (a, b) => b - slope * a).Min();
        return x.Zip(y, (a, b) => b - slope * a - least).Sum();
    }
}
