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
    // Votes for the same offset lie so close together: jitter, and drift over the time that the pulses span.
    private const double VoteNs = 4e6;
    private const double VoteDrift = 200e-6;
    private const double LeastToleranceNs = 1e6;
    private const int MostStrangers = 8;

    private readonly PulseTrain _device = new(Kept);
    private readonly PulseTrain _reference = new(Kept);
    private readonly double[] _votes = new double[Kept * Kept];
    private readonly int[] _voters = new int[Kept * Kept];
    private readonly PulseLine _line = new();
    private int _strangers;
    private long _matched, _missed, _extra;

    /// <summary>Whether the trains match.</summary>
    public bool IsLocked { get; private set; }

    /// <summary>How the device stands against the reference.</summary>
    public PulseFit Fit
    {
        get
        {
            var at = _line.NewestNs;
            return new PulseFit(at, _line.OffsetAt(at), _line.Slope * 1e6, _line.DeviationNs, UncertaintyAt(at), _matched, _missed, _extra, IsLocked);
        }
    }

    /// <summary>Twice the standard error of a device time converted to the reference clock, ns, and what the drift may have changed by since the last pulse.</summary>
    public double UncertaintyAt(long deviceNs) => IsLocked ? _line.UncertaintyAt(deviceNs) : double.PositiveInfinity;

    /// <summary>What is known of the drift from elsewhere: it carries a line through few or coarse pulses.</summary>
    /// <param name="slope">Reference seconds per device second, minus 1.</param>
    /// <param name="deviation">The standard deviation of that.</param>
    public void Expect(double slope, double deviation) => _line.Expect(slope, deviation);

    /// <summary>A pulse that the device saw.</summary>
    /// <param name="deviceNs">When, ns on its clock.</param>
    /// <param name="resolutionNs">By how much the time may be wrong to either side because the line is sampled, ns.</param>
    public void Add(long deviceNs, long resolutionNs = 0)
    {
        _device.Add(deviceNs, resolutionNs);
        Match();
    }

    /// <summary>A pulse that the reference saw.</summary>
    /// <param name="referenceNs">When, ns on its clock.</param>
    /// <param name="resolutionNs">By how much the time may be wrong to either side because the line is sampled, ns.</param>
    public void AddReference(long referenceNs, long resolutionNs = 0)
    {
        _reference.Add(referenceNs, resolutionNs);
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

    private double Resolution => _device.ResolutionNs + _reference.ResolutionNs;

    private double LeastTolerance => LeastToleranceNs + 1.5 * Resolution;

    private double Tolerance => Math.Max(LeastTolerance, 6 * _line.DeviationNs);

    private void Unlock()
    {
        (IsLocked, _strangers) = (false, 0);
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
            var expected = deviceNs + _line.OffsetAt(deviceNs);
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
            _line.Add(deviceNs, referenceNs);
            LayLine();
        }
    }

    // Every pair of a pulse here and a pulse there votes for an offset. The true one gets a vote from every pulse that both saw, chance few.
    private void TryLock()
    {
        var (devices, references) = (_device.Count, _reference.Count);
        if (Math.Min(devices, references) < PulseLine.LeastPairs)
        {
            return;
        }
        var near = _reference[0] - _device[0];
        var count = 0;
        for (var d = 0; d < devices; d++)
        {
            for (var r = 0; r < references; r++)
            {
                _voters[count] = d * Kept + r;
                _votes[count++] = _reference[r] - _device[d] - near;
            }
        }
        var votes = _votes.AsSpan(0, count);
        votes.Sort(_voters.AsSpan(0, count));
        var width = VoteNs + 2 * Resolution + VoteDrift * Math.Min(_device[devices - 1] - _device[0], _reference[references - 1] - _reference[0]);
        var (first, most) = Densest(votes, width, double.NaN);
        var (_, second) = Densest(votes, width, votes[first]);
        if (most < PulseLine.LeastPairs || 2 * most < Math.Min(devices, references) || 2 * second > most)
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
        _line.Start(_device[0], _reference[0]);
        var (lastDevice, lastReference) = (-1, -1);
        foreach (var voter in voters)
        {
            var (d, r) = (voter / Kept, voter % Kept);
            if (d > lastDevice && r > lastReference)
            {
                _line.Add(_device[d], _reference[r]);
                (lastDevice, lastReference) = (d, r);
            }
        }
        if (_line.Count >= PulseLine.LeastPairs)
        {
            LayLine();
        }
        if (_line.Count < PulseLine.LeastPairs || Math.Abs(_line.Slope) > PulseLine.MostDrift || _line.DeviationNs > LeastTolerance)
        {
            return;
        }
        _matched += _line.Count;
        (IsLocked, _strangers) = (true, 0);
        _device.TakeUpTo(lastDevice);
        _reference.TakeUpTo(lastReference);
    }

    private void LayLine() => _line.Fit((_device.SquareNs + _reference.SquareNs) / 3, Resolution);
}
