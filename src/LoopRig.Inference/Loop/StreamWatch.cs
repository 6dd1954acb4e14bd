using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>
/// Turns the counters of streams into events, once at each change of state: silent, back, losses, refusals; and leaves every event with the recorder.
/// A slow loop of its own, so that words cost the live loop neither time nor memory.
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
    private readonly bool[] _silent;
    private readonly Losses[] _reported;
    private readonly long[] _reportedNs;
    private readonly long[] _pauseNs;
    private readonly long[] _lastNs;
    private readonly ISessionSink _sink;
    private readonly IClock _clock;
    private readonly BlockingWait _wait = new();
    private long _sinceNs = long.MaxValue;

    /// <summary>Watches every stream that the loop receives.</summary>
    /// <param name="settings">The rig's streams.</param>
    /// <param name="receiver">The receiver's counters; null where there is no receiver.</param>
    /// <param name="aligner">The aligner's counters.</param>
    /// <param name="predictor">Whose network compares itself with recorded activity, which passes the aligner by.</param>
    /// <param name="events">What happens, from every thread.</param>
    /// <param name="sink">The recorder's inlet for events.</param>
    /// <param name="clock">Where the time is read.</param>
    public StreamWatch(LoopSettings settings, ReceiverLoop? receiver, BinAligner aligner, Predictor predictor, RigEvents events, ISessionSink sink, IClock clock)
    {
        (_settings, _receiver, _aligner, _predictor, _events, _sink, _clock) = (settings, receiver, aligner, predictor, events, sink, clock);
        var count = settings.Streams.Count;
        (_silent, _reported, _reportedNs, _lastNs) = (new bool[count], new Losses[count], new long[count], new long[count]);
        _pauseNs = new long[count];
        Array.Fill(_pauseNs, FirstReportNs);
    }

    /// <summary>Whether a stream is silent.</summary>
    public bool IsSilent(int stream) => Volatile.Read(ref _silent[stream]);

    /// <summary>When a stream's last message was received, ns on the rig clock; 0 before the first.</summary>
    public long LastReceivedNs(int stream) => Volatile.Read(ref _lastNs[stream]);

    /// <summary>From now on the streams should come.</summary>
    public void Begin(long nowNs) => Volatile.Write(ref _sinceNs, nowNs);

    /// <summary>A message of a stream came.</summary>
    public void Seen(int stream, long receivedNs) => Volatile.Write(ref _lastNs[stream], receivedNs);

    /// <summary>Looks at every stream, and records what happened since the last look.</summary>
    public bool RunOnce()
    {
        for (var i = 0; i < _silent.Length; i++)
        {
            if (_settings.IsReceived(_settings.Streams[i]))
            {
                CheckSilence(i, _clock.Now);
                CheckLosses(i, _clock.Now);
            }
        }
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

    private void CheckSilence(int stream, long nowNs)
    {
        var descriptor = _settings.Streams[stream];
        if (descriptor.RateHz <= 0 || _sinceNs == long.MaxValue)
        {
            return; // nobody promised that something comes
        }
        var limit = Math.Max(_settings.SilentNs, (long)(5 * RigClock.SecondNs / descriptor.RateHz));
        var silent = nowNs - Math.Max(_lastNs[stream], _sinceNs) > limit;
        if (silent == _silent[stream])
        {
            return;
        }
        Volatile.Write(ref _silent[stream], silent);
        if (silent)
        {
            _events.Post("stream_silent", $"stream {descriptor.Name} is silent: nothing for {limit / 1e9:0.#} s", ("stream", descriptor.Name), ("last_ns", _lastNs[stream]));
        }
        else
        {
            _events.Post("stream_back", $"stream {descriptor.Name} is back", ("stream", descriptor.Name));
        }
    }

    private void CheckLosses(int stream, long nowNs)
    {
        var losses = LossesOf(stream);
        if (!_aligner.IsRequired(stream))
        {
            losses = losses with { Late = 0 }; // no bin waits for it, so that a block's first samples are often too late: no news
        }
        if (losses == _reported[stream] || nowNs - _reportedNs[stream] < _pauseNs[stream])
        {
            return;
        }
        (_reported[stream], _reportedNs[stream]) = (losses, nowNs);
        // What goes on for long is said ever more rarely: the counters have it all.
        _pauseNs[stream] = Math.Min(2 * _pauseNs[stream], LongestReportNs);
        var name = _settings.Streams[stream].Name;
        _events.Post("losses",
            $"stream {name} so far: {losses.Missing} lost on the wire, {losses.Refused} refused, {losses.RingDropped} dropped before the aligner, {losses.Late} late, "
            + $"{losses.Ahead} ahead of time, {losses.Mismatched} of another shape",
            ("stream", name), ("missing", losses.Missing), ("refused", losses.Refused), ("ring_dropped", losses.RingDropped),
            ("late", losses.Late), ("ahead", losses.Ahead), ("mismatched", losses.Mismatched));
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
