using LoopRig.Acquisition;
using LoopRig.Core;

namespace LoopRig.Benchmarks;

/// <summary>A filter that runs over a trial again and again, a block of samples a step.</summary>
internal sealed class FilterSide(string form, ReferenceTrial trial, Action<long, Vector3D, Vector3D> update) : ISide
{
    public const int Samples = 1000;
    private int _next;
    private long _rounds;

    public string Form => form;

    public void TakeSteps(Span<long> elapsedNs)
    {
        for (var step = 0; step < elapsedNs.Length; step++)
        {
            if (_next + Samples > trial.TimesNs.Length)
            {
                (_next, _rounds) = (0, _rounds + 1);
            }
            var shift = _rounds * (trial.TimesNs[^1] + trial.TimesNs[1]);
            var begin = RigClock.Now;
            for (var i = _next; i < _next + Samples; i++)
            {
                update(shift + trial.TimesNs[i], trial.Rates[i], trial.Accelerations[i]);
            }
            elapsedNs[step] = RigClock.Now - begin;
            _next += Samples;
        }
    }
}
