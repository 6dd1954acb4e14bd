using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>
/// Makes faults of what the receiver's monitor noted and of what the counters and the clock say (silence, garbage, what the ring had no room for), tells of
/// samples that are in no bin, and leaves every event with the recorder. A slow loop of its own, so that words cost the live loop neither time nor memory.
/// </summary>
public sealed class StreamWatch : ILoop, IDisposable
{
    private const long CheckEveryNs = 100 * RigClock.MillisecondNs;
    private const long FirstReportNs = RigClock.SecondNs;
    private const long LongestReportNs = 60 * RigClock.SecondNs;

    private readonly LoopSettings _settings;
    private readonly ReceiverLoop? _receiver;
    private readonly BinAligner _aligner;
    private readonly Predictor _predictor;
    private readonly RigEvents _events;
    private readonly FaultWatch _faults;
    private readonly long[] _refused;
    private readonly long[] _ringDropped;
    private readonly long[] _reported;
    private readonly long[] _reportedNs;
    private readonly long[] _pauseNs;
    private readonly long[] _lastNs;
    private readonly ISessionSink _sink;
    private readonly IClock _clock;
    private readonly BlockingWait _wait = new();
    private long _lookedNs;

    /// <summary>Watches every stream that the loop receives.</summary>
    /// <param name="settings">The rig's streams.</param>
    /// <param name="receiver">The receiver's counters; null where there is no receiver.</param>
    /// <param name="aligner">The aligner's counters.</param>
    /// <param name="predictor">Whose network compares itself with recorded activity, which passes the aligner by.</param>
    /// <param name="monitor">What the receiver saw wrong.</param>
    /// <param name="events">What happens, from every thread.</param>
    /// <param name="sink">The recorder's inlet for events.</param>
    /// <param name="clock">Where the time is read.</param>
    public StreamWatch(LoopSettings settings, ReceiverLoop? receiver, BinAligner aligner, Predictor predictor, StreamMonitor monitor, RigEvents events, ISessionSink sink,
        IClock clock)
    {
        (_settings, _receiver, _aligner, _predictor, _events, _sink, _clock) = (settings, receiver, aligner, predictor, events, sink, clock);
        _faults = new FaultWatch(settings.Streams, monitor, events);
        var count = settings.Streams.Count;
        (_reported, _reportedNs, _lastNs) = (new long[count], new long[count], new long[count]);
        (_refused, _ringDropped) = (new long[count], new long[count]);
        _lookedNs = clock.Now;
        _pauseNs = new long[count];
        Array.Fill(_pauseNs, FirstReportNs);
    }

    /// <summary>When a stream's last message was received, ns on the rig clock; 0 before the first.</summary>
    public long LastReceivedNs(int stream) => Volatile.Read(ref _lastNs[stream]);

    /// <summary>From now on the streams should come.</summary>
    public void Begin(long nowNs) => _faults.Begin(nowNs);

    /// <summary>Nothing need come any more: the sources are told to stop.</summary>
    public void End(long nowNs)
    {
        _faults.End(nowNs);
        Wake();
    }

    /// <summary>A message of a stream came.</summary>
    public void Seen(int stream, long receivedNs) => Volatile.Write(ref _lastNs[stream], receivedNs);

    /// <summary>Looks at every stream, and records what happened since the last look.</summary>
    public bool RunOnce()
    {
        var nowNs = _clock.Now;
        for (var i = 0; i < _settings.Streams.Count; i++)
        {
            if (_settings.IsReceived(_settings.Streams[i]))
            {
                CheckRefused(i, nowNs);
                _faults.CheckSilence(i, _receiver?.Counters(i)?.LastReceivedNs ?? _lastNs[i], nowNs);
                CheckNotMerged(i, nowNs);
            }
        }
        _faults.Look(nowNs);
        _lookedNs = nowNs;
        while (_events.TryTake(out var happened))
        {
            _sink.Event(happened.Json);
        }
        return false;
    }

    /// <inheritdoc/>
    public void Wait() => _wait.Wait(RigClock.Now + CheckEveryNs);

    /// <inheritdoc/>
    public void Wake() => _wait.Signal();

    /// <summary>Releases the wait.</summary>
    public void Dispose() => _wait.Dispose();

    /// <summary>Everything that was lost or refused of one stream so far.</summary>
    public Losses LossesOf(int stream)
    {
        var wire = _receiver?.Counters(stream);
        var aligned = _aligner.Counters[stream];
        var uncompared = _predictor.Network.Correlation is { } correlation && correlation.Stream == stream ? correlation.Mismatched : 0;
        return new Losses(wire?.Missing ?? 0, wire?.Refused ?? 0, _receiver?.Dropped(stream) ?? 0, aligned.Late, aligned.Ahead, aligned.Mismatched + uncompared);
    }

    // Nothing of these reaches the monitor: refused by the receiver, or no room in the ring before the loop.
    private void CheckRefused(int stream, long nowNs)
    {
        var refused = _receiver?.Counters(stream)?.Refused ?? 0;
        if (refused > _refused[stream])
        {
            _faults.Note(new FaultNote(stream, FaultKind.Garbage, _lookedNs, nowNs, refused - _refused[stream]), nowNs);
            _refused[stream] = refused;
        }
        var dropped = _receiver?.Dropped(stream) ?? 0;
        if (dropped > _ringDropped[stream])
        {
            _faults.Note(new FaultNote(stream, FaultKind.Drop, _lookedNs, nowNs, dropped - _ringDropped[stream]), nowNs);
            _ringDropped[stream] = dropped;
        }
    }

    // Samples that came and are in no bin: the aligner's word, and no fault of the stream's by itself.
    private void CheckNotMerged(int stream, long nowNs)
    {
        var losses = LossesOf(stream);
        // No bin waits for a stream that is not needed, so that a block's first samples are often too late: no news.
        var late = _aligner.IsRequired(stream) ? losses.Late : 0;
        if (late + losses.Ahead == _reported[stream] || nowNs - _reportedNs[stream] < _pauseNs[stream])
        {
            return;
        }
        (_reported[stream], _reportedNs[stream]) = (late + losses.Ahead, nowNs);
        // What goes on for long is said ever more rarely: the counters have it all.
        _pauseNs[stream] = Math.Min(2 * _pauseNs[stream], LongestReportNs);
        var name = _settings.Streams[stream].Name;
        _events.Post("late_samples", $"stream {name} so far: {late} samples came after their bin had closed, {losses.Ahead} lie too far ahead; they are recorded and in no bin",
            ("stream", name), ("late", late), ("ahead", losses.Ahead));
    }
}

/// <summary>What did not reach its bin.</summary>
/// <param name="Missing">Messages that the sequence numbers say were lost on the wire.</param>
/// <param name="Refused">Messages that were malformed, cut, too large, or repeated.</param>
/// <param name="RingDropped">Messages that found the ring before the aligner full.</param>
/// <param name="Late">Samples that came after their bin had closed.</param>
/// <param name="Ahead">Samples too far in the future.</param>
/// <param name="Mismatched">Messages of another shape or type than the descriptor's.</param>
public readonly record struct Losses(long Missing, long Refused, long RingDropped, long Late, long Ahead, long Mismatched)
{
    /// <summary>Messages that were lost on the way to the aligner: what a summary calls drops.</summary>
    public long Drops => Missing + RingDropped;
    /// <summary>Samples that arrived and are in no bin, because theirs had closed or lies too far in the future.</summary>
    public long NotMerged => Late + Ahead;
}
