using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>
/// Leaves out readings that no animal could have run to: a torn register, a bit that fell over. One that stays is a counter that was set anew, from which
/// the counting goes on.
/// </summary>
internal sealed class EncoderGlitches(TreadmillOptions options)
{
    private const long PatienceNs = 100 * RigClock.MillisecondNs;
    private const long LeastElapsedNs = RigClock.MillisecondNs; // messages of one moment
    private const long TellEveryNs = RigClock.SecondNs;
    private readonly double _cmPerCount = Math.Abs(options.CmPerCount);
    private bool _suspects;
    private double _suspectCounts;
    private long _suspectSinceNs;
    private long _lastNs;
    private long _count;
    private long _firstHostNs;
    private long _tellNs;
    private bool _wasSet;

    internal enum Verdict
    {
        Sound,
        Glitch,
        NewZero,
    }

    internal void Forget() => (_suspects, _lastNs) = (false, 0);

    /// <param name="ns">the reading's time</param>
    /// <param name="counts">how far it is from the last sound one</param>
    internal Verdict Judge(long ns, double counts)
    {
        double limitCm = (1.5 * _cmPerCount) + (options.FastestCmPerS * Math.Max(LeastElapsedNs, ns - _lastNs) / 1e9);
        bool first = _lastNs == 0;
        _lastNs = ns;
        bool staysAway = _suspects && Math.Abs(counts - _suspectCounts) < Math.Abs(counts);
        if (first || (!staysAway && Math.Abs(counts) * _cmPerCount <= limitCm))
        {
            _suspects = false;
            return Verdict.Sound;
        }

        if (!staysAway) _suspectSinceNs = ns;
        (_suspects, _suspectCounts) = (true, counts);
        _count++;
        if (ns - _suspectSinceNs < PatienceNs) return Verdict.Glitch;
        (_suspects, _wasSet) = (false, true);
        return Verdict.NewZero;
    }

    /// <summary>Reports what was left out, at most once a second.</summary>
    internal void Tell(IStreamOutput output, long hostNs)
    {
        if (_count == 0) return;
        long now = hostNs > 0 ? hostNs : RigClock.Now;
        if (_firstHostNs == 0) _firstHostNs = now;
        if (now < _tellNs && !_wasSet) return;
        string text = FormattableString.Invariant($"{options.Name}: left out {_count} reading(s) of the encoder that nothing could have run to at {options.FastestCmPerS} cm/s (fastestCmPerS){(_wasSet ? "; its counter was set anew" : "")}");
        output.Report(0, new SourceReport(SourceReportKind.Garbage, _firstHostNs, now, _count, text));
        (_count, _firstHostNs, _tellNs, _wasSet) = (0, 0, now + TellEveryNs, false);
    }
}
