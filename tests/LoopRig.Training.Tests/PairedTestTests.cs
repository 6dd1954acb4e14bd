using Xunit;

namespace LoopRig.Training.Tests;

public sealed class PairedTestTests
{
    private static double[] Nothing(int count) => new double[count];

    // scipy.stats.wilcoxon and ttest_1samp of these differences (exact: 10 of 256 sign patterns reach a rank sum of 5, twice).
    [Fact]
    public void Of_EightDifferences_IsScipysExactValue()
    {
        double[] differences = [0.5, -1.25, 2, 3.5, -0.25, 4, 1, 5.5];
        PairedTest test = PairedTest.Of(differences, Nothing(8));
        Assert.Equal(0.078125, test.WilcoxonP, 9);
        Assert.Equal(0.055075121395, test.StudentP, 9);
        Assert.Equal((8, 0.75, 1.875), (test.Units, test.Better, test.MeanDifference));
    }

    // scipy.stats.wilcoxon(d, mode='approx') of d = ((7 i) mod 11 - 4) / 4, with ties and zeros.
    [Fact]
    public void Of_TiedDifferences_IsScipysApproximation()
    {
        double[] differences = [.. Enumerable.Range(0, 60).Select(static i => ((i * 7 % 11) - 4) / 4.0)];
        PairedTest test = PairedTest.Of(differences, Nothing(60));
        Assert.Equal(0.020689043721, test.WilcoxonP, 9);
        Assert.Equal(0.017219861408, test.StudentP, 9);
    }

    [Fact]
    public void Of_UnitsWithoutAScore_LeavesThemOut()
    {
        PairedTest test = PairedTest.Of([1, double.NaN, 3, 2], [0.5, 1, double.NaN, 1.75]);
        Assert.Equal((2, 0.375, 1), (test.Units, test.MeanDifference, test.Better));
        Assert.True(double.IsNaN(PairedTest.Of([double.NaN], [1]).WilcoxonP));
        Assert.Throws<ArgumentException>(() => PairedTest.Of([1], [1, 2]));
    }
}
