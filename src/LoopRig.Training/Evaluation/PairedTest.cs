using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace LoopRig.Training;

/// <summary>Two networks on the same units: does one predict them better? Units for which one of them has no score are left out.</summary>
/// <param name="Units">Units compared.</param>
/// <param name="MeanDifference">Mean of first minus second.</param>
/// <param name="Better">Share of the units that the first predicts better, ties half.</param>
/// <param name="WilcoxonP">Two-sided p of Wilcoxon's signed-rank test; NaN when there is nothing to rank.</param>
/// <param name="StudentP">Two-sided p of the paired t-test; NaN when the differences do not vary.</param>
public readonly record struct PairedTest(int Units, double MeanDifference, double Better, double WilcoxonP, double StudentP)
{
    private const int ExactUpTo = 50;

    /// <summary>Compares two scores of the same units.</summary>
    /// <exception cref="ArgumentException">They are of different numbers of units.</exception>
    public static PairedTest Of(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        if (first.Count != second.Count)
            throw new ArgumentException($"{first.Count} and {second.Count} units cannot be paired");
        double[] differences = [.. first.Zip(second, static (a, b) => a - b).Where(double.IsFinite)];
        if (differences.Length == 0)
            return new PairedTest(0, double.NaN, double.NaN, double.NaN, double.NaN);
        double better = differences.Average(static d => d > 0 ? 1 : d < 0 ? 0 : 0.5);
        return new PairedTest(differences.Length, differences.Average(), better, Wilcoxon(differences), Student(differences));
    }

    private static double Student(double[] differences)
    {
        double deviation = differences.StandardDeviation(); // of the sample, ddof 1; NaN for one
        double t = differences.Average() / (deviation / Math.Sqrt(differences.Length));
        return deviation > 0 ? 2 * StudentT.CDF(0, 1, differences.Length - 1, -Math.Abs(t)) : double.NaN;
    }

    // Differences of 0 are dropped (Wilcoxon's own way). Exact for few units without ties, else the normal approximation with the variance of tied ranks.
    private static double Wilcoxon(double[] all)
    {
        double[] differences = [.. all.Where(static d => d != 0).OrderBy(Math.Abs)];
        int n = differences.Length;
        if (n == 0)
            return double.NaN;
        double positive = 0, ties = 0;
        for (int from = 0, to; from < n; from = to)
        {
            for (to = from + 1; to < n && Math.Abs(differences[to]) == Math.Abs(differences[from]);)
                to++;
            double rank = (from + 1 + to) / 2.0, tied = to - from;
            ties += tied * tied * tied - tied;
            for (int at = from; at < to; at++)
                positive += differences[at] > 0 ? rank : 0;
        }
        double statistic = Math.Min(positive, n * (n + 1) / 2.0 - positive);
        if (n <= ExactUpTo && ties == 0)
            return Math.Min(1, 2 * ExactTail(n, (int)statistic));
        double mean = n * (n + 1) / 4.0, variance = n * (n + 1.0) * (2 * n + 1) / 24 - ties / 48;
        return Math.Min(1, 2 * Normal.CDF(0, 1, (statistic - mean) / Math.Sqrt(variance)));
    }

    /// <summary>P(rank sum of positive differences at most <paramref name="statistic"/>) when every sign is a coin: the share of subsets of 1..n with such a sum.</summary>
    private static double ExactTail(int n, int statistic)
    {
        var subsets = new double[statistic + 1];
        subsets[0] = 1;
        for (int rank = 1; rank <= n; rank++)
            for (int sum = statistic; sum >= rank; sum--)
                subsets[sum] += subsets[sum - rank];
        return subsets.Sum() / Math.Pow(2, n);
    }
}
