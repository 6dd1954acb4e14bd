namespace LoopRig.Core;

/// <summary>
/// Sees delivery that scatters: the standard deviation of the delay (receipt minus device time) over windows of half a second, against the stream's usual
/// one. Three bad windows more than good ones make a fault; one or two are a machine that was busy for a moment.
/// </summary>
internal sealed class JitterSense
{
    private const long WindowNs = RigClock.SecondNs / 2;
    private const int LeastMessages = 8;
    private const int BadWindows = 3;
    private const double LeastNs = 20e6;
    private const double TimesUsual = 4;
    private const int MostBad = 5;
    private const double Learning = 1 / 8.0;
    private const int LearntWindows = 4;
    private const long ForgottenNs = 2 * RigClock.SecondNs;

    private long _windowStartNs = long.MinValue;
    private long _lastNs;
    private long _firstDelayNs;
    private double _sum;
    private double _squares;
    private int _messages;
    private double _usualNs;
    private int _learnt;
    private int _bad;
    private long _badSinceNs;
    private long _badUntilNs;
    private long _badMessages;

    /// <summary>Takes a delay; a jump of the clock or a new epoch begins anew.</summary>
    /// <returns>Whether a bad window has just closed, and enough before it.</returns>
    public bool Look(long delayNs, long receivedNs, bool anew, out (long StartNs, long EndNs, long Messages) stretch)
    {
        stretch = default;
        // Across a pause there is no scatter to measure, and what was before it is another stretch.
        var paused = receivedNs - _lastNs > ForgottenNs;
        _lastNs = receivedNs;
        if (anew || paused || _windowStartNs == long.MinValue)
        {
            _bad = 0;
            Begin(delayNs, receivedNs);
            return false;
        }
        double apart = delayNs - _firstDelayNs; // small numbers: a device's clock may be far from the rig's
        _sum += apart;
        _squares += apart * apart;
        _messages++;
        if (receivedNs - _windowStartNs < WindowNs || _messages < LeastMessages)
        {
            return false;
        }
        var scatter = Math.Sqrt(Math.Max(0, _squares / _messages - _sum / _messages * (_sum / _messages)));
        var bad = Judge(scatter, receivedNs);
        stretch = (_badSinceNs, receivedNs, _badMessages);
        Begin(delayNs, receivedNs);
        return bad;
    }

    private bool Judge(double scatter, long receivedNs)
    {
        if (_learnt < LearntWindows || scatter <= Math.Max(LeastNs, TimesUsual * _usualNs))
        {
            _usualNs += (scatter - _usualNs) * (_learnt == 0 ? 1 : _bad > 0 ? 0 : Learning);
            _learnt++;
            _bad = Math.Max(0, _bad - 1);
            return false;
        }
        if (_bad == 0 || _windowStartNs - _badUntilNs > ForgottenNs)
        {
            _bad = 0;
            (_badSinceNs, _badMessages) = (_windowStartNs, 0);
        }
        _bad = Math.Min(_bad + 1, MostBad);
        _badMessages += _messages;
        _badUntilNs = receivedNs;
        return _bad >= BadWindows;
    }

    private void Begin(long delayNs, long receivedNs)
    {
        (_windowStartNs, _firstDelayNs, _messages) = (receivedNs, delayNs, 1);
        (_sum, _squares) = (0, 0);
    }
}
