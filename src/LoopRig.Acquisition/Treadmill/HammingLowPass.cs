namespace LoopRig.Acquisition;

/// <summary>
/// The rate of a quantity that comes in steps, smoothed by a causal Hamming window: 256 taps 0.54 - 0.46 cos(2 pi n / 255) over the window's length, their sum 1.
/// The delay is half the window at every frequency; half the amplitude is left at 0.91 / window (9.1 Hz for 100 ms), -3 dB at 0.65 / window, and less than
/// -40 dB above 2 / window. Nothing is left of a step that is older than the window, so that standing still is exactly 0.
/// </summary>
internal sealed class HammingLowPass
{
    private const int Taps = 256;
    private readonly double[] _weights = new double[Taps];
    private readonly double[] _steps = new double[Taps]; // by slot, modulo
    private readonly double _slotNs;
    private long _originNs;
    private long _newest = -1;

    internal HammingLowPass(double windowNs)
    {
        _slotNs = windowNs / Taps;
        double sum = 0;
        for (int n = 0; n < Taps; n++) sum += _weights[n] = 0.54 - (0.46 * Math.Cos(2 * Math.PI * n / (Taps - 1)));
        for (int n = 0; n < Taps; n++) _weights[n] *= 1e9 / (sum * _slotNs); // steps to a rate per second
    }

    /// <summary>Forgets everything; times count from this one.</summary>
    internal void Begin(long originNs)
    {
        (_originNs, _newest) = (originNs, 0);
        Array.Clear(_steps);
    }

    /// <summary>Adds a step that happened evenly between two times, or at one.</summary>
    internal void Add(long fromNs, long toNs, double step)
    {
        if (step == 0) return;
        double from = (fromNs - _originNs) / _slotNs, to = (toNs - _originNs) / _slotNs;
        long last = (long)Math.Floor(to);
        Reach(last);
        long first = Math.Max((long)Math.Floor(from), _newest - Taps + 1);
        if (last - (long)Math.Floor(from) < 1)
        {
            AddTo(last, step);
            return;
        }

        double perSlot = step / (to - from);
        for (long slot = first; slot <= last; slot++) AddTo(slot, perSlot * (Math.Min(to, slot + 1) - Math.Max(from, slot)));
    }

    /// <summary>The smoothed rate per second at a time, no earlier than the last that was asked for.</summary>
    internal double At(long ns)
    {
        long slot = (long)Math.Floor((ns - _originNs) / _slotNs);
        Reach(slot);
        double rate = 0;
        for (int age = 0; age < Taps; age++)
        {
            long of = slot - age;
            if (of > _newest - Taps && of >= 0) rate += _weights[age] * _steps[of % Taps];
        }

        return rate;
    }

    private void AddTo(long slot, double step)
    {
        if (slot >= 0 && slot > _newest - Taps) _steps[slot % Taps] += step;
    }

    private void Reach(long slot)
    {
        if (slot - _newest >= Taps) Array.Clear(_steps);
        else
        {
            for (long empty = _newest + 1; empty <= slot; empty++) _steps[empty % Taps] = 0;
        }

        _newest = Math.Max(_newest, slot);
    }
}
