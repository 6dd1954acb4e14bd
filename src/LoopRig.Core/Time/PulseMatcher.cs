namespace LoopRig.Core;

/// <summary>
/// Matches the pulses of one line that two devices see, each on its own clock, without any knowledge of either: intervals that vary at random fit together in one way
/// only. Pulses that one of them missed, or that only one of them saw, do no harm. Once matched, each further pulse is expected where the line through the last ones
/// says. Streaming; one thread; nothing is allocated after the constructor.
/// </summary>
public sealed class PulseMatcher
{
    // Enough pulses that their intervals are like no others, few enough that drift does not smear the offset that they vote for.
    private const int Kept = 32;
    private const int LeastMatched = 6;
    // Votes for the same offset lie so close together: jitter, and drift over the time that the pulses span.
    private const double VoteNs = 4e6;
    private const double VoteDrift = 200e-6;
    private const double LeastToleranceNs = 1e6;
    private const int MostStrangers = 8;
    private const double Forget = 0.95;
    private const int Pairs = 256;
    private const double MostDrift = 1000e-6;
    // What a clock's drift may change by between two pulses, per second.
    private const double WanderPerSecond = 0.02e-6;

    private readonly PulseTrain _device = new(Kept);
    private readonly PulseTrain _reference = new(Kept);
    private readonly double[] _votes = new double[Kept * Kept];
    private readonly int[] _voters = new int[Kept * Kept];
    private readonly double[] _pairX = new double[Pairs];
    private readonly double[] _pairY = new double[Pairs];
    private int _pairs;
    private int _firstPair;
    private int _strangers;
    private long _originNs;
    private long _baseNs;
    private double _meanX, _meanY, _slope, _deviation, _noise, _sumXx;
    private double _expectedSlope;
    private double _expectedDeviation = MostDrift;
    private double _newestX;
    // The coarsest of the last pulses, ns, and the mean square: for what may match, and for how far a pulse may be relied on.
    private double _deviceResolution, _referenceResolution;
    private double _deviceSquare, _referenceSquare;
    private long _matched, _missed, _extra;

    /// <summary>Whether the trains match.</summary>
    public bool IsLocked { get; private set; }

    /// <summary>How the device stands against the reference.</summary>
    public PulseFit Fit
    {
        get
        {
            var at = _originNs + (long)_newestX;
            return new PulseFit(at, _baseNs + (long)Math.Round(LineAt(_newestX)), _slope * 1e6, _deviation, UncertaintyAt(at), _matched, _missed, _extra, IsLocked);
        }
    }

    /// <summary>Twice the standard error of a device time converted to the reference clock, ns, and what the drift may have changed by since the last pulse.</summary>
    public double UncertaintyAt(long deviceNs)
    {
        if (!IsLocked)
        {
            return double.PositiveInfinity;
        }
        var x = deviceNs - _originNs;
        var silent = Math.Max(0, x - _newestX) / 1e9;
        return 2 * _noise * Math.Sqrt(1.0 / _pairs + (x - _meanX) * (x - _meanX) / _sumXx) + WanderPerSecond * silent * silent * 1e9;
    }

    /// <summary>What is known of the drift from elsewhere: it carries a line through few or coarse pulses.</summary>
    /// <param name="slope">Reference seconds per device second, minus 1.</param>
    /// <param name="deviation">The standard deviation of that.</param>
    public void Expect(double slope, double deviation) => (_expectedSlope, _expectedDeviation) = (slope, deviation);

    /// <summary>A pulse that the device saw.</summary>
    /// <param name="deviceNs">When, ns on its clock.</param>
    /// <param name="resolutionNs">By how much the time may be wrong to either side because the line is sampled, ns.</param>
    public void Add(long deviceNs, long resolutionNs = 0)
    {
        _device.Add(deviceNs);
        _deviceResolution = Math.Max(Forget * _deviceResolution, resolutionNs);
        _deviceSquare += (1 - Forget) * ((double)resolutionNs * resolutionNs - _deviceSquare);
        Match();
    }

    /// <summary>A pulse that the reference saw.</summary>
    /// <param name="referenceNs">When, ns on its clock.</param>
    /// <param name="resolutionNs">By how much the time may be wrong to either side because the line is sampled, ns.</param>
    public void AddReference(long referenceNs, long resolutionNs = 0)
    {
        _reference.Add(referenceNs);
        _referenceResolution = Math.Max(Forget * _referenceResolution, resolutionNs);
        _referenceSquare += (1 - Forget) * ((double)resolutionNs * resolutionNs - _referenceSquare);
        Match();
    }

    /// <summary>The device's clock has jumped: what it saw before says nothing any more.</summary>
    public void RestartDevice()
    {
        _device.Clear();
        Unlock();
    }

    /// <summary>The reference's clock has jumped.</summary>
    public void RestartReference()
    {
        _reference.Clear();
        Unlock();
    }

    private double LineAt(double x) => _meanY + _slope * (x - _meanX);

    private double Resolution => _deviceResolution + _referenceResolution;

    private double LeastTolerance => LeastToleranceNs + 1.5 * Resolution;

    private double Tolerance => Math.Max(LeastTolerance, 6 * _deviation);

    private void Unlock()
    {
        (IsLocked, _pairs, _firstPair, _strangers) = (false, 0, 0, 0);
    }

    private void Match()
    {
        if (IsLocked)
        {
            Follow();
        }
        else
        {
            TryLock();
        }
    }

    // Every pulse of the device is expected at one time of the reference; whether it is there is known when the reference has passed that time.
    private void Follow()
    {
        while (_device.TryPeek(out var deviceNs))
        {
            var expected = deviceNs + _baseNs + LineAt(deviceNs - _originNs);
            while (_reference.TryPeek(out var early) && early < expected - Tolerance)
            {
                _missed++;
                _reference.Take();
            }
            if (!_reference.TryPeek(out var referenceNs))
            {
                return; // not there yet
            }
            _device.Take();
            if (referenceNs > expected + Tolerance)
            {
                _extra++;
                if (++_strangers >= MostStrangers)
                {
                    Unlock();
                    return;
                }
                continue;
            }
            _reference.Take();
            _strangers = 0;
            _matched++;
            AddPair(deviceNs, referenceNs);
            Refit();
        }
    }

    // Every pair of a pulse here and a pulse there votes for an offset. The true one gets a vote from every pulse that both saw, chance few.
    private void TryLock()
    {
        var (devices, references) = (_device.Count, _reference.Count);
        if (Math.Min(devices, references) < LeastMatched)
        {
            return;
        }
        (_originNs, _baseNs) = (_device[0], _reference[0] - _device[0]);
        var count = 0;
        for (var d = 0; d < devices; d++)
        {
            for (var r = 0; r < references; r++)
            {
                _voters[count] = d * Kept + r;
                _votes[count++] = _reference[r] - _device[d] - _baseNs;
            }
        }
        var votes = _votes.AsSpan(0, count);
        votes.Sort(_voters.AsSpan(0, count));
        var width = VoteNs + 2 * Resolution + VoteDrift * Math.Min(_device[devices - 1] - _device[0], _reference[references - 1] - _reference[0]);
        var (first, most) = Densest(votes, width, double.NaN);
        var (_, second) = Densest(votes, width, votes[first]);
        if (most < LeastMatched || 2 * most < Math.Min(devices, references) || 2 * second > most)
        {
            return; // too few, or as good a match elsewhere: intervals that repeat
        }
        Take(first, most);
    }

    private static (int First, int Count) Densest(ReadOnlySpan<double> votes, double width, double butNear)
    {
        var (best, most) = (0, 0);
        for (int first = 0, behind = 0; first < votes.Length; first++)
        {
            while (behind < votes.Length && votes[behind] - votes[first] <= width)
            {
                behind++;
            }
            if (behind - first > most && !(Math.Abs(votes[first] - butNear) <= 2 * width))
            {
                (best, most) = (first, behind - first);
            }
        }
        return (best, most);
    }

    // The pairs that voted for the winner, in the order of time, make the first line.
    private void Take(int first, int count)
    {
        var voters = _voters.AsSpan(first, count);
        voters.Sort();
        (_pairs, _firstPair) = (0, 0);
        var (lastDevice, lastReference) = (-1, -1);
        foreach (var voter in voters)
        {
            var (d, r) = (voter / Kept, voter % Kept);
            if (d > lastDevice && r > lastReference)
            {
                AddPair(_device[d], _reference[r]);
                (lastDevice, lastReference) = (d, r);
            }
        }
        if (_pairs < LeastMatched)
        {
            Unlock();
            return;
        }
        Refit();
        if (_pairs < LeastMatched || Math.Abs(_slope) > MostDrift || _deviation > LeastTolerance)
        {
            Unlock();
            return;
        }
        _matched += _pairs;
        (IsLocked, _strangers) = (true, 0);
        _device.TakeUpTo(lastDevice);
        _reference.TakeUpTo(lastReference);
    }

    private void AddPair(long deviceNs, long referenceNs)
    {
        if (_pairs == Pairs)
        {
            _firstPair = (_firstPair + 1) % Pairs;
            _pairs--;
        }
        var place = (_firstPair + _pairs++) % Pairs;
        (_pairX[place], _pairY[place]) = (deviceNs - _originNs, referenceNs - deviceNs - _baseNs);
        _newestX = _pairX[place];
    }

    // Both sides: a pulse's time errs to both sides. A chance neighbour taken for the pulse itself is thrown out.
    private void Refit()
    {
        for (var round = 0; round < 4; round++)
        {
            Solve();
            var worst = Worst(out var distance);
            if (_pairs <= LeastMatched || distance <= Math.Max(4 * _deviation, 50e3 + 1.5 * Resolution))
            {
                return;
            }
            Remove(worst);
        }
    }

    private void Solve()
    {
        double x = 0, y = 0, xx = 0, xy = 0, yy = 0;
        for (var i = 0; i < _pairs; i++)
        {
            var place = (_firstPair + i) % Pairs;
            x += _pairX[place] / _pairs;
            y += _pairY[place] / _pairs;
        }
        for (var i = 0; i < _pairs; i++)
        {
            var place = (_firstPair + i) % Pairs;
            var (dx, dy) = (_pairX[place] - x, _pairY[place] - y);
            xx += dx * dx;
            xy += dx * dy;
            yy += dy * dy;
        }
        // Ridge regression towards the drift that is expected, by how the pulses scatter, which is not less than what sampling makes of them.
        var scatter = Math.Max(0, yy - (xx > 0 ? xy * xy / xx : 0)) / Math.Max(1, _pairs - 2);
        var sampling = (_deviceSquare + _referenceSquare) / 3;
        var weight = Math.Max(scatter, sampling) / (_expectedDeviation * _expectedDeviation);
        (_meanX, _meanY, _sumXx, _slope) = (x, y, xx + weight, (xy + weight * _expectedSlope) / Math.Max(xx + weight, 1));
        _deviation = Math.Sqrt(Math.Max(0, yy - 2 * _slope * xy + _slope * _slope * xx) / Math.Max(1, _pairs - 2));
        _noise = Math.Max(_deviation, Math.Sqrt(sampling));
    }

    private int Worst(out double distance)
    {
        var worst = 0;
        distance = 0;
        for (var i = 0; i < _pairs; i++)
        {
            var place = (_firstPair + i) % Pairs;
            var off = Math.Abs(_pairY[place] - LineAt(_pairX[place]));
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
            var (to, from) = ((_firstPair + i) % Pairs, (_firstPair + i - 1) % Pairs);
            (_pairX[to], _pairY[to]) = (_pairX[from], _pairY[from]);
        }
        _firstPair = (_firstPair + 1) % Pairs;
        _pairs--;
    }
}
