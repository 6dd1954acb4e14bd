namespace LoopRig.Core;

/// <summary>
/// A device clock against the rig clock: offset and drift with an uncertainty, refitted every second (<see cref="ClockSegment"/>), and the judge of what belongs
/// to the clock: a jump begins a new segment at once, a single wrong time is left out, a stall of the host is waited for. docs/time.md says how. One thread
/// observes and converts; any thread may read <see cref="Fit"/>. Nothing is allocated after the constructor.
/// </summary>
public sealed class ClockModel
{
    // How early, ns, a message must be before it is another clock's; one that is less early makes the line better.
    private const double LeastEarlyNs = 3e6;
    // How late: less than this, or than some of the usual delays, is a delay.
    private const double LeastJumpNs = 20e6;
    // A clock that went back, or is early, has jumped when so many messages agree; one that is merely late when so many agree over so long a time.
    private const int SureMessages = 3;
    private const int PatientMessages = 5;
    private const long PatienceNs = 2 * RigClock.SecondNs;
    // For so long pulses may be absent before the clock goes by its own messages again.
    private const long LongestSilenceNs = 180 * RigClock.SecondNs;
    private const double GoodEnoughNs = 1e6;
    private const double LeastSlopeSd = 1e-6;
    // A message that is later than this behind a jump belongs to another one.
    private const double LongestDelayNs = 1e9;
    // For so long after a jump blocks may hold samples from before it.
    private const long MemoryNs = 2 * RigClock.SecondNs;

    private long _wrapNs;
    private ClockSegment _main = new();
    private ClockSegment _candidate = new();
    private ClockSegment _previous = new();
    private bool _hasCandidate;
    private bool _candidateIsSure;
    private long _candidateSinceNs;
    private long _candidateFirstOffset;
    private double _candidateJumpNs;
    private long _segment;
    private long _previousUntilNs = long.MinValue;
    private long _hostNs = long.MinValue;
    private long _newestNs;
    private long _observations;
    private long _resets;
    private long _outliers;
    private long _lastResetNs;
    private long _lastJumpNs;
    private StreamClock? _tiedTo;
    private PulseMatcher? _pulses;
    private ClockFit _fit;
    private int _fitVersion;

    /// <summary>Prepares the model of a clock.</summary>
    /// <param name="name">The clock's name.</param>
    /// <param name="id">The clock's number in headers and descriptors.</param>
    /// <param name="wrapNs">After how long a counter starts over, ns; 0 for one that does not.</param>
    public ClockModel(string name, ClockId id = default, long wrapNs = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(wrapNs);
        (Name, Id, _wrapNs) = (name, id, wrapNs);
    }

    /// <summary>The clock's name.</summary>
    public string Name { get; }

    /// <summary>The clock's number in headers and descriptors.</summary>
    public ClockId Id { get; }

    /// <summary>The model as it was fitted last: at every whole second of the rig clock while the device sends, and at a reset. Any thread may read it.</summary>
    public ClockFit Fit
    {
        get
        {
            while (true)
            {
                var before = Volatile.Read(ref _fitVersion);
                var fit = _fit;
                Interlocked.MemoryBarrier();
                if ((before & 1) == 0 && before == Volatile.Read(ref _fitVersion))
                {
                    return fit;
                }
            }
        }
    }

    /// <summary>A device time on the rig clock, ns. Times of one device do not go back, but where its clock did, or an early correction exceeds 20 ms.</summary>
    public long ToRig(long deviceNs)
    {
        var unwrapped = Unwrap(deviceNs, _newestNs);
        return unwrapped + Of(unwrapped).OffsetAt(unwrapped);
    }

    /// <summary>What the error of a converted time is below in at least 95 % of seconds, ns.</summary>
    public double UncertaintyNs(long deviceNs)
    {
        if (_observations == 0)
        {
            return double.PositiveInfinity;
        }
        var unwrapped = Unwrap(deviceNs, _newestNs);
        return Of(unwrapped).UncertaintyAt(unwrapped);
    }

    /// <summary>The counter starts over after so long, ns: one of the clock's streams says so, and others made of it may not.</summary>
    internal void DeclareWrap(long wrapNs) => _wrapNs = Math.Max(_wrapNs, wrapNs);

    /// <summary>Counts the jumps.</summary>
    internal long Resets => _resets;

    /// <summary>A device time without the counter's wraps, ns.</summary>
    internal long Unwrap(long deviceNs) => Unwrap(deviceNs, _newestNs);

    /// <summary>Ties the clock to another one by pulses that both see.</summary>
    internal void Tie(PulseMatcher pulses, StreamClock to) => (_pulses, _tiedTo) = (pulses, to);

    /// <summary>Takes note of when a device time was in the host's hand.</summary>
    /// <param name="from">The stream that it came with.</param>
    /// <param name="deviceNs">The device's time, ns.</param>
    /// <param name="hostNs">The rig time of the hand-over, less the stream's least latency, ns.</param>
    /// <param name="newEpoch">The source says that it started anew: the clock may be another one, and need not be.</param>
    internal void Observe(StreamClock from, long deviceNs, long hostNs, bool newEpoch)
    {
        deviceNs = Unwrap(deviceNs, _observations == 0 ? deviceNs : _newestNs + hostNs - _hostNs);
        var offset = hostNs - deviceNs;
        (_newestNs, _hostNs) = (deviceNs, hostNs);
        if (_observations++ == 0)
        {
            _main.Start(deviceNs, offset, hostNs, before: null);
            from.Accept(deviceNs, _segment);
            Publish(hostNs);
            return;
        }
        var excess = _main.Excess(deviceNs, offset);
        var limit = Math.Max(LeastJumpNs, 4 * _main.DelayNs);
        var early = _main.IsSettled && excess < -Math.Max(LeastEarlyNs, 5 * _main.OwnUncertaintyAt(deviceNs)) - _main.RaisedNs;
        var late = excess > limit + from.FloorNs;
        if (!early && !late)
        {
            Accept(from, deviceNs, offset, hostNs, excess);
            return;
        }
        var sure = early || newEpoch || from.GoesBack(deviceNs, _segment);
        if (!sure)
        {
            from.NoteExcess(excess, hostNs);
        }
        Suspect(deviceNs, offset, hostNs, excess, limit, sure);
        if (IsConfirmed(hostNs))
        {
            Reset(from, deviceNs, hostNs);
        }
    }

    private void Accept(StreamClock from, long deviceNs, long offset, long hostNs, double excess)
    {
        if (_hasCandidate)
        {
            _outliers += _candidateIsSure ? _candidate.Count : 0;
            _hasCandidate = false;
        }
        from.Accept(deviceNs, _segment);
        from.NoteExcess(excess, hostNs);
        if (_main.Add(deviceNs, offset, hostNs))
        {
            Publish(hostNs / RigClock.SecondNs * RigClock.SecondNs);
        }
    }

    // A message that is not this clock's: it may be alone, or the first of another segment.
    private void Suspect(long deviceNs, long offset, long hostNs, double excess, double limit, bool sure)
    {
        if (_hasCandidate && BelongsToCandidate(deviceNs, offset, limit))
        {
            _candidate.Add(deviceNs, offset, hostNs);
            _candidateIsSure |= sure;
            return;
        }
        if (_hasCandidate && _candidateIsSure)
        {
            _outliers += _candidate.Count;
        }
        _candidate.Start(deviceNs, offset, hostNs, _main);
        (_hasCandidate, _candidateIsSure, _candidateSinceNs, _candidateFirstOffset, _candidateJumpNs) = (true, sure, hostNs, offset, excess);
    }

    // A queue that empties after a stall is late by less and less; a clock that jumped stays where it is.
    private bool BelongsToCandidate(long deviceNs, long offset, double limit) =>
        _candidate.Excess(deviceNs, offset) is var excess && excess >= -limit && excess <= LongestDelayNs && (_candidateIsSure || _candidateFirstOffset - offset <= limit);

    private bool IsConfirmed(long hostNs) => _candidateIsSure
        ? _candidate.Count >= SureMessages
        : _candidate.Count >= PatientMessages && hostNs - _candidateSinceNs >= PatienceNs;

    private void Reset(StreamClock from, long deviceNs, long hostNs)
    {
        (_previous, _main, _candidate) = (_main, _candidate, _previous);
        (_hasCandidate, _previousUntilNs) = (false, hostNs + MemoryNs);
        _segment++;
        _resets++;
        (_lastResetNs, _lastJumpNs) = (_candidateSinceNs, (long)_candidateJumpNs);
        from.Accept(deviceNs, _segment);
        _pulses?.RestartDevice();
        Publish(hostNs);
    }

    // The other clock's line, seen through the pulses: where they say as much as the delays, or at least what is good enough, or where they show that this clock's
    // messages all have a delay that nobody declared. They need not be many: a minute without one is usual.
    private void FollowPulses()
    {
        if (_pulses is null)
        {
            return;
        }
        var other = _tiedTo!.Device;
        _pulses.Expect((1 + _main.OwnSlope) / (1 + (other?._main.OwnSlope ?? 0)) - 1, _main.OwnSlopeSd + (other?._main.OwnSlopeSd ?? 0) + LeastSlopeSd);
        var newest = _main.NewestNs;
        var fit = _pulses.Fit;
        if (!fit.IsLocked || newest - fit.AtNs > LongestSilenceNs)
        {
            _main.Untie();
            return;
        }
        var (reference, slope) = (fit.ToReference(newest), fit.DriftPpm * 1e-6);
        var rig = other is null ? reference : reference + other._main.LineOffsetAt(reference);
        var (uncertainty, own) = (_pulses.UncertaintyAt(newest) + _tiedTo.UncertaintyNs(reference), _main.OwnUncertaintyAt(newest));
        if (_main.IsTied || uncertainty <= Math.Max(GoodEnoughNs, own) || Math.Abs(_main.Excess(newest, rig - newest)) > uncertainty + own)
        {
            _main.Tie(newest, rig, other is null ? slope : (1 + slope) * (1 + other._main.Slope) - 1, uncertainty);
        }
    }

    // Around a jump a block may hold samples of both segments: those of the old one lie close to its newest.
    private ClockSegment Of(long deviceNs)
    {
        var (now, other) = _hasCandidate && _candidateIsSure ? (_candidate, _main) : (_main, _previous);
        if (other == _previous && _hostNs >= _previousUntilNs)
        {
            return now;
        }
        var distance = deviceNs < now.FirstNs ? now.FirstNs - deviceNs : deviceNs - now.NewestNs;
        return distance <= Math.Abs(deviceNs - other.NewestNs) ? now : other;
    }

    private long Unwrap(long deviceNs, long nearNs) =>
        _wrapNs == 0 ? deviceNs : deviceNs + (long)Math.Round((nearNs - deviceNs) / (double)_wrapNs) * _wrapNs;

    private void Publish(long nowNs)
    {
        FollowPulses();
        var reference = _main.NewestNs;
        Volatile.Write(ref _fitVersion, _fitVersion + 1);
        Interlocked.MemoryBarrier();
        _fit = new ClockFit(reference, _main.LineOffsetAt(reference), _main.Slope * 1e6, _main.UncertaintyAt(reference), nowNs, _observations, _resets, _outliers,
            _lastResetNs, _lastJumpNs, _main.IsTied, _pulses?.Fit ?? default);
        Volatile.Write(ref _fitVersion, _fitVersion + 1);
    }
}
