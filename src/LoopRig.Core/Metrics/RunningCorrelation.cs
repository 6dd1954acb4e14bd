namespace LoopRig.Core;

/// <summary>
/// Pearson's r per unit between two streams of vectors, updated bin by bin, plain or after a causal boxcar (the mean of the last n bins: an experimenter
/// cannot wait for the centred one). Built once; adding a bin allocates nothing.
/// </summary>
public sealed class RunningCorrelation
{
    private readonly int _units;
    private readonly int _window;
    private readonly float[] _pastA;
    private readonly float[] _pastB;
    private readonly double[] _sumA;
    private readonly double[] _sumB;
    private readonly double[] _meanA;
    private readonly double[] _meanB;
    private readonly double[] _aa;
    private readonly double[] _bb;
    private readonly double[] _ab;
    private int _next;
    private int _filled;
    private long _count;

    /// <summary>Prepares for <paramref name="units"/> units and a boxcar of <paramref name="window"/> bins (1: plain).</summary>
    public RunningCorrelation(int units, int window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        _units = units;
        _window = window;
        _pastA = new float[units * window];
        _pastB = new float[units * window];
        (_sumA, _sumB) = (new double[units], new double[units]);
        (_meanA, _meanB) = (new double[units], new double[units]);
        (_aa, _bb, _ab) = (new double[units], new double[units], new double[units]);
    }

    /// <summary>How many units there are.</summary>
    public int Units => _units;

    /// <summary>How many (full) windows have entered the correlation.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Adds one bin of both streams, one value a unit.</summary>
    public void Add(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var slot = _next * _units;
        var full = _filled == _window;
        for (var u = 0; u < _units; u++)
        {
            _sumA[u] += a[u] - (full ? _pastA[slot + u] : 0);
            _sumB[u] += b[u] - (full ? _pastB[slot + u] : 0);
            _pastA[slot + u] = a[u];
            _pastB[slot + u] = b[u];
        }
        _next = (_next + 1) % _window;
        _filled = Math.Min(_filled + 1, _window);
        if (_filled == _window)
        {
            Accumulate();
        }
    }

    /// <summary>Pearson's r of one unit so far; NaN before two windows or without variance. Any thread may read; a torn pair costs one bin's worth.</summary>
    public double Of(int unit) => _aa[unit] > 0 && _bb[unit] > 0 && Count > 1 ? _ab[unit] / Math.Sqrt(_aa[unit] * _bb[unit]) : double.NaN;

    /// <summary>Forgets the past values, not the statistics: call it when the series is broken, so that no boxcar spans the break.</summary>
    public void Break()
    {
        (_next, _filled) = (0, 0);
        Array.Clear(_sumA);
        Array.Clear(_sumB);
    }

    // Welford's update keeps the sums small over hours.
    private void Accumulate()
    {
        var n = _count + 1;
        for (var u = 0; u < _units; u++)
        {
            var x = _sumA[u] / _window;
            var y = _sumB[u] / _window;
            var dx = x - _meanA[u];
            var dy = y - _meanB[u];
            _meanA[u] += dx / n;
            _meanB[u] += dy / n;
            _aa[u] += dx * (x - _meanA[u]);
            _bb[u] += dy * (y - _meanB[u]);
            _ab[u] += dx * (y - _meanB[u]);
        }
        Volatile.Write(ref _count, n);
    }
}
