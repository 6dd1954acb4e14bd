using System.Buffers.Binary;

namespace LoopRig.Core;

/// <summary>What a receiver remembers of one stream to see that something is wrong with it.</summary>
internal sealed class StreamSense
{
    private const long LeastGapNs = 100 * RigClock.MillisecondNs;
    private const int GapPeriods = 5;
    private const double Learning = 1 / 16.0;

    private readonly int _stream;
    private readonly StreamDescriptor _descriptor;
    private readonly NoteRing _notes;
    private readonly FreezeSense _freeze;
    private readonly JitterSense _jitter = new();
    private readonly ClockSense _clock = new();
    private bool _any;
    private ulong _sequence;
    private long _deviceNs;
    private long _receivedNs;
    private long _refused;
    private double _periodNs;
    private long _silenceNs;

    public StreamSense(int stream, StreamDescriptor descriptor, NoteRing notes)
    {
        (_stream, _descriptor, _notes) = (stream, descriptor, notes);
        _freeze = new FreezeSense(descriptor);
        _silenceNs = Silence(descriptor.RateHz > 0 ? RigClock.SecondNs / descriptor.RateHz : 0);
    }

    /// <summary>Whether the stream repeats itself now; any thread may ask.</summary>
    public bool IsFrozen => _freeze.IsFrozen;

    /// <summary>For how long nothing may come before the stream counts as silent, ns; <see cref="long.MaxValue"/> where nobody promised that something comes. Any thread may ask.</summary>
    public long SilenceNs => Volatile.Read(ref _silenceNs);

    /// <summary>Looks at a sound message.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="payload">Its payload.</param>
    /// <param name="receivedNs">When it was received, ns on the rig clock.</param>
    /// <param name="refused">How many messages of the stream were refused so far.</param>
    public void Look(in FrameHeader header, ReadOnlySpan<byte> payload, long receivedNs, long refused)
    {
        var samples = header.SampleCount;
        if (header.DType != _descriptor.DType || samples == 0 || payload.Length != header.TimesLength + (long)samples * _descriptor.SampleBytes)
        {
            _notes.Add(new FaultNote(_stream, FaultKind.Mismatch, receivedNs, receivedNs, 1));
            (_any, _sequence, _deviceNs, _receivedNs, _refused) = (true, header.Sequence, header.DeviceTimeNs, receivedNs, refused);
            return;
        }
        var firstNs = header.TimesLength > 0 ? BinaryPrimitives.ReadInt64LittleEndian(payload) : header.DeviceTimeNs;
        var anew = !_any || (header.Flags & FrameFlags.NewEpoch) != 0;
        var jumped = false;
        var lost = 0L;
        if (_any)
        {
            // What arrived and was refused leaves the same hole in the sequence; it is told of as garbage.
            var hole = header.Sequence > _sequence + 1 ? (long)Math.Min(header.Sequence - _sequence - 1, long.MaxValue) : 0;
            lost = Math.Max(0, hole - (refused - _refused));
            jumped = Compare(header, firstNs, receivedNs, samples, hole, lost, anew);
        }
        else
        {
            _clock.Look(header.DeviceTimeNs, receivedNs, 0, 0, 0, anew: true);
        }
        if (_freeze.Look(payload[^_descriptor.SampleBytes..], receivedNs, anew, out var frozen))
        {
            _notes.Add(new FaultNote(_stream, FaultKind.Freeze, frozen.StartNs, frozen.EndNs, frozen.Repeats));
        }
        if (_jitter.Look(receivedNs - header.DeviceTimeNs, receivedNs, anew || jumped, out var scattered))
        {
            _notes.Add(new FaultNote(_stream, FaultKind.Jitter, scattered.StartNs, scattered.EndNs, scattered.Messages));
        }
        (_any, _sequence, _deviceNs, _receivedNs, _refused) = (true, header.Sequence, header.DeviceTimeNs, receivedNs, refused);
    }

    // This message against the one before; true when the device's clock has jumped between them.
    private bool Compare(in FrameHeader header, long firstNs, long receivedNs, int samples, long hole, long lost, bool anew)
    {
        var step = firstNs - _deviceNs;
        var silence = receivedNs - _receivedNs;
        var jumped = _clock.Look(header.DeviceTimeNs, receivedNs, header.DeviceTimeNs - _deviceNs, silence, (long)_periodNs, anew);
        var regular = _descriptor.RateHz > 0;
        if (lost > 0)
        {
            _notes.Add(new FaultNote(_stream, FaultKind.Drop, _receivedNs, receivedNs, lost));
        }
        else if (anew)
        {
            // A file that starts over is a new epoch too, without a pause of its own time, however long it took to open.
            if (regular && silence > SilenceNs)
            {
                _notes.Add(new FaultNote(_stream, step > 0 && step < silence / 2 ? FaultKind.Jitter : FaultKind.Disconnect, _receivedNs, receivedNs, 1));
            }
        }
        else if (jumped)
        {
            _notes.Add(new FaultNote(_stream, FaultKind.ClockReset, receivedNs, receivedNs, 1, header.DeviceTimeNs - _deviceNs - silence));
        }
        else if (hole == 0 && regular)
        {
            // The second message of a slow stream comes after a whole period, which is not learnt yet.
            var periodNs = _periodNs > 0 ? _periodNs : RigClock.SecondNs * samples / _descriptor.RateHz;
            if (step > Math.Max(LeastGapNs, GapPeriods * periodNs))
            {
                _notes.Add(new FaultNote(_stream, FaultKind.Gap, receivedNs - step, receivedNs, 1));
            }
            else if (silence > SilenceNs)
            {
                _notes.Add(new FaultNote(_stream, FaultKind.Jitter, _receivedNs, receivedNs, 1)); // all of it came, late
            }
        }
        if (!anew && !jumped && hole == 0)
        {
            Learn(header.DeviceTimeNs - _deviceNs, samples);
        }
        return jumped;
    }

    // The time between messages: what the descriptor promises, or the longer one that is observed. One long step counts as twice the usual.
    private void Learn(long stepNs, int samples)
    {
        if (_periodNs == 0)
        {
            _periodNs = _descriptor.RateHz > 0 ? RigClock.SecondNs * samples / _descriptor.RateHz : stepNs;
        }
        _periodNs += (Math.Clamp(stepNs, 0, 2 * _periodNs) - _periodNs) * Learning;
        Volatile.Write(ref _silenceNs, Silence(_periodNs));
    }

    private long Silence(double periodNs) => _descriptor.RateHz > 0 ? (long)Math.Max(StreamMonitor.LeastSilenceNs, GapPeriods * periodNs) : long.MaxValue;
}
