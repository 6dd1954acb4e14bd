namespace LoopRig.Training;

/// <summary>One correlation a unit, single bins and after the 2 s boxcar; NaN where a series does not vary.</summary>
/// <param name="SingleBin">[U].</param>
/// <param name="Boxcar">[U].</param>
public sealed record UnitScores(double[] SingleBin, double[] Boxcar)
{
    /// <summary>Mean over the units that have a value.</summary>
    public double MeanSingleBin => Mean(SingleBin);

    /// <summary>Mean over the units that have a value.</summary>
    public double MeanBoxcar => Mean(Boxcar);

    private static double Mean(double[] values) => values.Where(static value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();
}
