namespace LoopRig.Benchmarks;

/// <summary>
/// Two sides measured in alternating blocks. The ratio is the median of the blocks' ratios (ours over the reference's median of the block beside it):
/// what disturbs the machine for longer than a block meets both sides and cancels. The interval is a bootstrap of that median over the pairs.
/// </summary>
internal sealed class Comparison
{
    private const int Resamples = 4000;
    private const double Tail = 0.025;
    private readonly double[] _ratios;

    /// <param name="ours">Step times in ms, one array a block.</param>
    /// <param name="reference">The reference's, in the order taken: block i of both lie side by side in time.</param>
    public Comparison(IReadOnlyList<double[]> ours, IReadOnlyList<double[]> reference)
    {
        _ratios = [.. ours.Zip(reference, (a, b) => Quantiles.Median(a) / Quantiles.Median(b))];
        OursMs = Spread.Of(ours.SelectMany(block => block).ToArray());
        ReferenceMs = Spread.Of(reference.SelectMany(block => block).ToArray());
        Ratio = Quantiles.Median(_ratios);
        Interval = Bootstrap();
    }

    public Spread OursMs { get; }

    public Spread ReferenceMs { get; }

    /// <summary>Below 1 is faster than the reference.</summary>
    public double Ratio { get; }

    /// <summary>95 % of the bootstrap's medians lie inside.</summary>
    public (double Low, double High) Interval { get; }

    public int Blocks => _ratios.Length;

    private (double Low, double High) Bootstrap()
    {
        var random = new Random(1); // the same data gives the same interval
        var medians = new double[Resamples];
        var drawn = new double[_ratios.Length];
        for (var r = 0; r < Resamples; r++)
        {
            for (var i = 0; i < drawn.Length; i++)
            {
                drawn[i] = _ratios[random.Next(_ratios.Length)];
            }
            medians[r] = Quantiles.Median(drawn);
        }
        return (Quantiles.Of(medians, Tail), Quantiles.Of(medians, 1 - Tail));
    }
}
