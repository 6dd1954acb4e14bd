namespace LoopRig.Core.Stimuli;

/// <summary>What a photodiode's trace tells of the flips: time on the photodiode's clock = Offset + Rate x time on the stimulus clock.</summary>
/// <param name="OffsetS">Photodiode time at stimulus time 0, s.</param>
/// <param name="Rate">Seconds of the photodiode's clock in a second of the stimulus clock.</param>
/// <param name="Flips">Every flip of the log that falls into the trace, in order.</param>
/// <param name="Seen">How many of them the photodiode saw.</param>
/// <param name="Unexplained">Edges of the trace that belong to no flip.</param>
/// <param name="BlocksRead">Whole numbers that were read and agree with the log.</param>
/// <param name="ResidualRmsS">Root mean square of seen less fitted times, s.</param>
/// <param name="Residual999S">99.9 % of the residuals are below this, s.</param>
public sealed record FlipDecoding(double OffsetS, double Rate, FlipSighting[] Flips, int Seen, int Unexplained, int BlocksRead, double ResidualRmsS, double Residual999S)
{
    /// <summary>Flips that were not seen and whose time the fitted clock gives.</summary>
    public int Inferred => Flips.Length - Seen;

    /// <summary>The photodiode time of a stimulus time, s.</summary>
    public double PhotodiodeTime(double stimulusS) => OffsetS + Rate * stimulusS;
}
