using LoopRig.Core;

namespace LoopRig.Benchmarks;

/// <summary>The reference's side of the timing.</summary>
internal sealed class PlainSide(double[] log, double cmPerCount, double thresholdCmPerS) : ISide
{
    private int _next;

    public string Form => PlainThreshold.Form;

    public void TakeSteps(Span<long> elapsedNs)
    {
        for (var step = 0; step < elapsedNs.Length; step++)
        {
            if (2 * (_next + ProcessorSide.Samples) > log.Length)
            {
                _next = 0;
            }
            var begin = RigClock.Now;
            _ = PlainThreshold.Movements(log.AsSpan(2 * _next, 2 * ProcessorSide.Samples), cmPerCount, thresholdCmPerS);
            elapsedNs[step] = RigClock.Now - begin;
            _next += ProcessorSide.Samples;
        }
    }
}
