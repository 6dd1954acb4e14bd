namespace LoopRig.Core;

/// <summary>
/// A stretch of one device clock between two jumps: its offset and drift against the rig clock, with an uncertainty, and the smooth mapping that times are
/// converted by. Offsets (host minus device time) lie on or above the true line, because a delay is never negative: the least of each second is kept, a line is
/// laid below the seconds of the last minute. One observation costs a few comparisons, and once a second a fit over 60 points.
/// </summary>
internal sealed class ClockSegment
{
    // What a delay above the least one is taken for before any was seen, ns, and how many observations that opinion weighs.
    private const double FirstDelayNs = 10e6;
    private const double FirstWeight = 2;
    private const double MostWeight = 500;
    private const int Bins = 60;
    // The level comes from the last 20 s, so that a clock whose drift changes, or a delay that grows, is followed sooner than the slope alone would.
    private const double LevelNs = 20e9;
    // No crystal is that bad, but some devices count by an RC oscillator.
    private const double MostSlope = 20_000e-6;
    // So many deviations from what was expected, and the expectation was wrong.
    private const double Refuted = 5;
    private const double FirstSlopeSd = 50e-6;
    private const double SlopeSdAfterReset = 20e-6;
    // What a crystal's drift may have changed by from one minute to the next: more than that is a delay that grew.
    private const double LeastSlopeSd = 5e-6;
    private const double FloorNs = 10e3;
    private const int RecentBins = 5;

    private readonly double[] _binX = new double[Bins];
    private readonly double[] _binY = new double[Bins];
    private readonly int[] _binSamples = new int[Bins];
    private readonly double[] _x = new double[Bins];
    private readonly double[] _y = new double[Bins];
    private readonly double[] _residual = new double[Bins];
    private readonly int[] _hull = new int[Bins];
    private int _firstBin;
    private int _bins;
    private long _originNs;
    private long _baseNs;
    private long _second;
    private double _openX;
    private double _openY;
    private int _openSamples;
    private double _delayWeight;
    // The line that the delays show: y = _level + _slope (x - _at), x device time since the origin, y rig minus device minus the base, ns.
    private double _at;
    private double _level;
    private double _slope;
    private double _slopeSd;
    private double _firstSlope;
    private double _firstSlopeSd;
    private double _spreadNs;
    private double _shiftNs;
    private int _fits;
    private double _support;
    // What times are converted by heads for the same line, or for that of another clock which shared pulses tie this one to.
    private readonly SmoothLine _mapping = new();
    private double _tieUncertaintyNs;
    private double _newestX;

    /// <summary>Observations in the segment.</summary>
    public long Count { get; private set; }

    /// <summary>The device time of its first observation, ns.</summary>
    public long FirstNs { get; private set; }

    /// <summary>The newest device time observed, ns.</summary>
    public long NewestNs => _originNs + (long)_newestX;

    /// <summary>The mean delay above the least one, ns.</summary>
    public double DelayNs { get; private set; } = FirstDelayNs;

    /// <summary>Rig seconds per device second, minus 1, as times are converted.</summary>
    public double Slope => _mapping.Slope;

    /// <summary>The same as the delays show it.</summary>
    public double OwnSlope => _slope;

    /// <summary>The standard deviation of <see cref="OwnSlope"/>.</summary>
    public double OwnSlopeSd => _slopeSd;

    /// <summary>Whether shared pulses tie the clock to another one.</summary>
    public bool IsTied { get; private set; }

    /// <summary>By how much older seconds lie below the line, ns: delays have grown since, and may shrink again without a jump of the clock.</summary>
    public double RaisedNs { get; private set; }

    /// <summary>Long enough that a time before its line must be another clock's.</summary>
    public bool IsSettled => Count >= 10 && _newestX - (FirstNs - _originNs) >= 1e9;

    /// <summary>Begins with one observation. What the segment before knew of drift and delays is the first guess of this one's.</summary>
    public void Start(long deviceNs, long offsetNs, long hostNs, ClockSegment? before)
    {
        (_originNs, _baseNs, FirstNs) = (deviceNs, offsetNs, deviceNs);
        (_firstBin, _bins, _openSamples, Count) = (0, 0, 0, 0);
        (_at, _level, _slope) = (0, 0, before?._slope ?? 0);
        IsTied = false;
        _mapping.Start(_slope);
        _slopeSd = before is null ? FirstSlopeSd : SlopeSdAfterReset;
        (_firstSlope, _firstSlopeSd) = (_slope, _slopeSd);
        (DelayNs, _delayWeight) = before is null ? (FirstDelayNs, FirstWeight) : (before.DelayNs, Math.Min(before._delayWeight, 20));
        (_spreadNs, _shiftNs, _support, RaisedNs, _fits) = (0, 0, 0, 0, 0);
        _newestX = 0;
        _second = Second(hostNs);
        Add(deviceNs, offsetNs, hostNs);
    }

    /// <summary>How far an observation lies above the line, ns: its delay, if it belongs here.</summary>
    public double Excess(long deviceNs, long offsetNs) => offsetNs - _baseNs - LineAt(deviceNs - _originNs);

    /// <summary>Takes an observation; true when a second was over and the line was fitted anew before it.</summary>
    public bool Add(long deviceNs, long offsetNs, long hostNs)
    {
        var fitted = Second(hostNs) > _second;
        if (fitted)
        {
            CloseBin();
            Fit();
            _second = Second(hostNs);
        }
        double x = deviceNs - _originNs, y = offsetNs - _baseNs;
        var excess = y - LineAt(x);
        if (excess < 0)
        {
            Settle(x, y, _slope);
            _support = x;
        }
        // Of a stall only so much that it does not pass for the usual delay.
        NoteDelay(Math.Clamp(excess, 0, 10 * DelayNs));
        if (_openSamples++ == 0 || y - _openY < _slope * (x - _openX))
        {
            (_openX, _openY) = (x, y);
        }
        _newestX = Math.Max(_newestX, x);
        Count++;
        return fitted;
    }

    /// <summary>From now on times are converted by a line that shared pulses give.</summary>
    /// <param name="deviceNs">Where it is known, ns.</param>
    /// <param name="rigNs">The rig time there, ns.</param>
    /// <param name="slope">Rig seconds per device second, minus 1.</param>
    /// <param name="uncertaintyNs">Of the rig time, ns.</param>
    public void Tie(long deviceNs, long rigNs, double slope, double uncertaintyNs)
    {
        (IsTied, _tieUncertaintyNs) = (true, uncertaintyNs);
        _mapping.Aim(_newestX, deviceNs - _originNs, rigNs - deviceNs - _baseNs, slope);
    }

    /// <summary>The pulses have ceased: the delays' own line again.</summary>
    public void Untie()
    {
        if (IsTied)
        {
            IsTied = false;
            _mapping.Aim(_newestX, _at, _level, _slope);
        }
    }

    /// <summary>Rig minus device on the mapping, ns.</summary>
    public long OffsetAt(long deviceNs) => _baseNs + (long)Math.Round(_mapping.At(deviceNs - _originNs));

    /// <summary>Rig minus device on the line that the mapping is heading for, ns.</summary>
    public long LineOffsetAt(long deviceNs) => _baseNs + (long)Math.Round(_mapping.LineAt(deviceNs - _originNs));

    /// <summary>What the error of a converted time is below in at least 95 of 100 cases, ns.</summary>
    public double UncertaintyAt(long deviceNs)
    {
        double x = deviceNs - _originNs;
        return (IsTied ? _tieUncertaintyNs : OwnUncertaintyAt(x)) + Math.Abs(_mapping.Left(x));
    }

    /// <summary>The same of the line that the delays show, whether the clock is tied or not.</summary>
    public double OwnUncertaintyAt(long deviceNs) => OwnUncertaintyAt((double)(deviceNs - _originNs));

    private double OwnUncertaintyAt(double x)
    {
        // The least of n exponential delays is below 3 means / n in 95 of 100 cases; how delays are really distributed shows after a few bins.
        var seen = _bins == 0 ? 3.5 * DelayNs / Count : (_bins < RecentBins ? 6 : 2.5) * _spreadNs / Math.Sqrt(Math.Min(_bins, LevelNs / 1e9));
        return FloorNs + seen + _shiftNs + 1.5 * _slopeSd * Math.Max(0, x - _support);
    }

    private static long Second(long hostNs) => Math.DivRem(hostNs, RigClock.SecondNs, out var rest) - (rest < 0 ? 1 : 0);

    private double LineAt(double x) => _level + _slope * (x - _at);

    private void Settle(double at, double level, double slope)
    {
        (_at, _level, _slope) = (at, level, slope);
        if (!IsTied)
        {
            _mapping.Aim(_newestX, at, level, slope);
        }
    }

    private void NoteDelay(double delayNs)
    {
        _delayWeight = Math.Min(_delayWeight + 1, MostWeight);
        DelayNs += (delayNs - DelayNs) / _delayWeight;
    }

    private void CloseBin()
    {
        if (_openSamples == 0)
        {
            return;
        }
        var place = (_firstBin + _bins) % Bins;
        if (_bins == Bins)
        {
            _firstBin = (_firstBin + 1) % Bins;
        }
        else
        {
            _bins++;
        }
        (_binX[place], _binY[place], _binSamples[place]) = (_openX, _openY, _openSamples);
        _openSamples = 0;
    }

    private void Fit()
    {
        var samples = Unroll();
        var x = _x.AsSpan(0, _bins);
        var y = _y.AsSpan(0, _bins);
        // The least of n delays lies about mean / n above the true line; where the bins are spread more than that, what they show counts.
        _spreadNs = Math.Max(DelayNs * _bins / samples, FloorNs / 10);
        var slope = _firstSlope;
        var length = x[^1] - x[0];
        _slopeSd = _firstSlopeSd;
        if (length > 0)
        {
            var seen = LowerHull.Slope(x, y, _hull);
            _spreadNs = Math.Max(_spreadNs, Spread(x, y, seen));
            var seenSd = 2 * _spreadNs / length;
            var isRefuted = _bins >= RecentBins && Math.Abs(seen - _firstSlope) > Refuted * (_firstSlopeSd + seenSd);
            var weight = isRefuted ? 1 : 1 / (1 + seenSd * seenSd / (_firstSlopeSd * _firstSlopeSd));
            slope = Math.Clamp(_firstSlope + weight * (seen - _firstSlope), -MostSlope, MostSlope);
            _slopeSd = Math.Sqrt(weight) * seenSd;
        }
        var (at, level) = Level(x, y, slope);
        _support = at;
        Settle(at, level, slope);
        Shift(x, y);
        if (++_fits % Bins == 0)
        {
            (_firstSlope, _firstSlopeSd) = (slope, Math.Max(LeastSlopeSd, 1.5 * _slopeSd)); // what the minute before knew
        }
    }

    // The bins in the order of their device times: streams that share a clock may bring them a little out of order.
    private double Unroll()
    {
        var samples = 0.0;
        for (var i = 0; i < _bins; i++)
        {
            var place = (_firstBin + i) % Bins;
            var at = i;
            for (; at > 0 && _x[at - 1] > _binX[place]; at--)
            {
                (_x[at], _y[at]) = (_x[at - 1], _y[at - 1]);
            }
            (_x[at], _y[at]) = (_binX[place], _binY[place]);
            samples += _binSamples[place];
        }
        return samples;
    }

    // The mean height of the bins above a line of this slope below them all, by their median: a stall must not look like jitter.
    private double Spread(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double slope)
    {
        if (x.Length < RecentBins)
        {
            return 0;
        }
        var least = double.MaxValue;
        var residual = _residual.AsSpan(0, x.Length);
        for (var i = 0; i < x.Length; i++)
        {
            residual[i] = y[i] - slope * x[i];
            least = Math.Min(least, residual[i]);
        }
        residual.Sort();
        return (residual[x.Length / 2] - least) / Math.Log(2);
    }

    private static (double At, double Level) Level(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double slope)
    {
        var best = x.Length - 1;
        for (var i = x.Length - 1; i >= 0 && x[i] >= x[^1] - LevelNs; i--)
        {
            if (y[i] - y[best] < slope * (x[i] - x[best]))
            {
                best = i;
            }
        }
        return (x[best], y[best]);
    }

    // Where all of the last bins lie above the line, the delay has grown or the clock has slipped: nobody can tell which, so that it is uncertainty.
    private void Shift(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        (_shiftNs, RaisedNs) = (0, 0);
        for (var i = 0; i < x.Length; i++)
        {
            RaisedNs = Math.Max(RaisedNs, LineAt(x[i]) - y[i]);
        }
        if (x.Length < RecentBins)
        {
            return;
        }
        _shiftNs = double.MaxValue;
        for (var i = x.Length - RecentBins; i < x.Length; i++)
        {
            _shiftNs = Math.Min(_shiftNs, y[i] - LineAt(x[i]));
        }
    }
}
