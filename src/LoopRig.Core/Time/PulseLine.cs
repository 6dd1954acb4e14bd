namespace LoopRig.Core;

/// <summary>
/// The line through pulses that two devices saw: reference against device time by least squares over the last ones, drawn towards a drift that is known from elsewhere.
/// A pulse's time errs to both sides, so that a line from below has no place here; a chance neighbour taken for the pulse itself is thrown out.
/// </summary>
internal sealed class PulseLine
{
    /// <summary>Fewer pairs make no line.</summary>
    public const int LeastPairs = 6;
    /// <summary>More drift between two clocks is not believed.</summary>
    public const double MostDrift = 1000e-6;
    private const int Room = 256;
    private const double LeastOutlierNs = 50e3;
    // What a clock's drift may change by while no pulse comes, per second.
    private const double WanderPerSecond = 0.02e-6;

    private readonly double[] _x = new double[Room];
    private readonly double[] _y = new double[Room];
    private int _first;
    private long _originNs;
    private long _baseNs;
    private double _newestX;
    private double _meanX, _meanY, _sumXx, _noise;
    private double _expectedSlope;
    private double _expectedDeviation = MostDrift;

    /// <summary>Pairs that the line runs through.</summary>
    public int Count { get; private set; }

    /// <summary>Reference seconds per device second, minus 1.</summary>
    public double Slope { get; private set; }

    /// <summary>The standard deviation of the pairs about the line, ns.</summary>
    public double DeviationNs { get; private set; }

    /// <summary>The device time of the newest pair, ns.</summary>
    public long NewestNs => _originNs + (long)_newestX;

    /// <summary>Begins anew, near this device and reference time.</summary>
    public void Start(long deviceNs, long referenceNs) => (_originNs, _baseNs, _first, Count) = (deviceNs, referenceNs - deviceNs, 0, 0);

    /// <summary>What is known of the drift from elsewhere, and its standard deviation.</summary>
    public void Expect(double slope, double deviation) => (_expectedSlope, _expectedDeviation) = (slope, deviation);

    /// <summary>Reference minus device time on the line, ns.</summary>
    public long OffsetAt(long deviceNs) => _baseNs + (long)Math.Round(LineAt(deviceNs - _originNs));

    /// <summary>Twice the line's standard error, and what the drift may have changed by since the newest pair, ns.</summary>
    public double UncertaintyAt(long deviceNs)
    {
        double x = deviceNs - _originNs;
        var silent = Math.Max(0, x - _newestX) / 1e9;
        return 2 * _noise * Math.Sqrt(1.0 / Count + (x - _meanX) * (x - _meanX) / _sumXx) + WanderPerSecond * silent * silent * 1e9;
    }

    /// <summary>Adds a pulse that both saw; <see cref="Fit"/> makes it count.</summary>
    public void Add(long deviceNs, long referenceNs)
    {
        if (Count == Room)
        {
            _first = (_first + 1) % Room;
            Count--;
        }
        var place = (_first + Count++) % Room;
        (_x[place], _y[place]) = (deviceNs - _originNs, referenceNs - deviceNs - _baseNs);
        _newestX = _x[place];
    }

    /// <summary>Lays the line.</summary>
    /// <param name="samplingVariance">What the sampling of the pulses makes them scatter by at least, ns squared.</param>
    /// <param name="resolutionNs">By how much one of them may be wrong because of it, ns.</param>
    public void Fit(double samplingVariance, double resolutionNs)
    {
        for (var round = 0; round < 4; round++)
        {
            Solve(samplingVariance);
            var worst = Worst(out var distance);
            if (Count <= LeastPairs || distance <= Math.Max(4 * DeviationNs, LeastOutlierNs + 1.5 * resolutionNs))
            {
                return;
            }
            Remove(worst);
        }
    }

    private double LineAt(double x) => _meanY + Slope * (x - _meanX);

    // Ridge regression towards the expected drift, by how the pairs scatter, which is not less than what sampling makes of them.
    private void Solve(double samplingVariance)
    {
        double x = 0, y = 0, xx = 0, xy = 0, yy = 0;
        for (var i = 0; i < Count; i++)
        {
            var place = (_first + i) % Room;
            x += _x[place] / Count;
            y += _y[place] / Count;
        }
        for (var i = 0; i < Count; i++)
        {
            var place = (_first + i) % Room;
            var (dx, dy) = (_x[place] - x, _y[place] - y);
            xx += dx * dx;
            xy += dx * dy;
            yy += dy * dy;
        }
        var scatter = Math.Max(0, yy - (xx > 0 ? xy * xy / xx : 0)) / Math.Max(1, Count - 2);
        var weight = Math.Max(scatter, samplingVariance) / (_expectedDeviation * _expectedDeviation);
        (_meanX, _meanY, _sumXx, Slope) = (x, y, Math.Max(xx + weight, 1), (xy + weight * _expectedSlope) / Math.Max(xx + weight, 1));
        DeviationNs = Math.Sqrt(Math.Max(0, yy - 2 * Slope * xy + Slope * Slope * xx) / Math.Max(1, Count - 2));
        _noise = Math.Max(DeviationNs, Math.Sqrt(samplingVariance));
    }

    private int Worst(out double distance)
    {
        var worst = 0;
        distance = 0;
        for (var i = 0; i < Count; i++)
        {
            var place = (_first + i) % Room;
            var off = Math.Abs(_y[place] - LineAt(_x[place]));
            if (off > distance)
            {
                (worst, distance) = (i, off);
            }
        }
        return worst;
    }

    private void Remove(int pair)
    {
        for (var i = pair; i > 0; i--)
        {
            var (to, from) = ((_first + i) % Room, (_first + i - 1) % Room);
            (_x[to], _y[to]) = (_x[from], _y[from]);
        }
        _first = (_first + 1) % Room;
        Count--;
    }
}
