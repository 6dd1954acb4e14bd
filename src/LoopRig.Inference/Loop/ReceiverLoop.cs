using LoopRig.Core;
using LoopRig.Native.Wire;
using LoopRig.Native.Zmq;

namespace LoopRig.Inference;

/// <summary>
/// Takes messages from the wire into the ring's slots and wakes the live loop. When the ring is full the newest message is dropped and counted: the loop
/// never holds up a publisher, and what is dropped here is in the recording all the same.
/// </summary>
public sealed class ReceiverLoop : ILoop, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly StreamReceiver _receiver;
    private readonly SlotRing _ring;
    private readonly IWaitStrategy _loop;
    private readonly RigEvents _events;
    private readonly StreamMonitor _monitor;
    private readonly StreamDescriptor[] _streams;
    private readonly int[] _indices;
    private readonly int[] _receiverIndex;
    private readonly byte[][] _topics;
    private readonly ISessionSink _sink;
    private readonly ulong[] _lastSequence;
    private readonly bool[] _any;
    private readonly long[] _dropped;
    private readonly byte[] _overflow;

    /// <summary>Subscribes to the streams that the loop receives.</summary>
    /// <param name="context">The process's ZeroMQ context.</param>
    /// <param name="endpoints">Where the publishers are; each is connected once.</param>
    /// <param name="settings">The rig's streams.</param>
    /// <param name="ring">Where messages go.</param>
    /// <param name="loop">Woken after each message.</param>
    /// <param name="sink">The recorder's inlet for what is lost before the aligner; the receiver's thread writes.</param>
    /// <param name="events">Told when a publisher's descriptor is not the one that the rig was started with.</param>
    /// <param name="monitor">Looks at every message for what is wrong with its stream.</param>
    public ReceiverLoop(ZmqContext context, IEnumerable<string> endpoints, LoopSettings settings, SlotRing ring, IWaitStrategy loop, ISessionSink sink, RigEvents events,
        StreamMonitor monitor)
    {
        (_ring, _loop, _sink, _events, _monitor) = (ring, loop, sink, events, monitor);
        _streams = [.. settings.Streams];
        _overflow = GC.AllocateArray<byte>(ring.SlotBytes, pinned: true);
        _topics = [.. _streams.Select(s => WireFormat.Topic(s.Name))];
        (_dropped, _lastSequence, _any) = (new long[_streams.Length], new ulong[_streams.Length], new bool[_streams.Length]);
        _receiverIndex = new int[_streams.Length];
        Array.Fill(_receiverIndex, -1);
        _receiver = new StreamReceiver(context, QueueMessages(_streams), _stop.Token);
        var indices = new List<int>();
        for (var i = 0; i < _streams.Length; i++)
        {
            if (settings.IsReceived(_streams[i]))
            {
                _receiverIndex[i] = _receiver.AddStream(_streams[i].Name);
                indices.Add(i);
            }
        }
        _indices = [.. indices];
        foreach (var endpoint in endpoints.Distinct())
        {
            _receiver.Connect(endpoint);
        }
    }

    /// <summary>Builds the ring between receiver and loop: slots for the largest sample or a block of a fast stream, about 64 MB at most.</summary>
    public static SlotRing RingFor(LoopSettings settings)
    {
        var largest = settings.Streams.Where(settings.IsReceived).Select(s => s.SampleBytes + sizeof(long)).DefaultIfEmpty(0).Max();
        var slotBytes = (Math.Max(largest, 64 << 10) + 63) & ~63;
        return new SlotRing(Math.Clamp((64 << 20) / slotBytes, 16, 256), slotBytes);
    }

    /// <summary>What was seen of a stream; null for one that the loop does not receive.</summary>
    public StreamCounters? Counters(int stream) => _receiverIndex[stream] < 0 ? null : _receiver.Counters(_receiverIndex[stream]);

    /// <summary>Messages of a stream that found the ring full.</summary>
    public long Dropped(int stream) => Volatile.Read(ref _dropped[stream]);

    /// <summary>Messages on topics that the rig does not know.</summary>
    public long UnknownTopics => _receiver.UnknownTopics;

    /// <inheritdoc/>
    public bool RunOnce()
    {
        var full = _ring.Count >= _ring.Capacity;
        Span<byte> slot = _overflow;
        if (!full)
        {
            _ring.TryClaim(out slot);
        }
        var result = _receiver.Receive(slot, out var message);
        if (result == ReceiveResult.Message)
        {
            var stream = _indices[message.Stream];
            NoteGap(stream, message.Header);
            // Before the slot is the loop's; a microsecond at most, for of large pictures only pieces are looked at.
            _monitor.Look(stream, message.Header, slot[..message.Length], message.ReceivedNs, _receiver.Counters(message.Stream).Refused);
            if (full)
            {
                Volatile.Write(ref _dropped[stream], _dropped[stream] + 1);
                _sink.Drop(_topics[stream], new DropRecord(DropEdge.Ring, message.Header.Sequence, message.Header.Sequence, 1) { Epoch = message.Header.Epoch });
            }
            else
            {
                _ring.Publish(new SlotInfo { Stream = stream, Length = message.Length, ReceivedNs = message.ReceivedNs, Header = message.Header });
            }
            _loop.Signal();
        }
        else if (result == ReceiveResult.Descriptor)
        {
            Compare(_indices[message.Stream]);
        }
        return result != ReceiveResult.Empty;
    }

    /// <inheritdoc/>
    public void Wait() => _receiver.Wait(long.MaxValue);

    /// <inheritdoc/>
    public void Wake() => _stop.Cancel();

    /// <summary>Closes the sockets; the thread must have ended.</summary>
    public void Dispose()
    {
        _receiver.Dispose();
        _stop.Dispose();
    }

    // A publisher that was started again counts from 0; one that loops counts on.
    private void NoteGap(int stream, in FrameHeader header)
    {
        var sequence = header.Sequence;
        var expected = _lastSequence[stream] + 1;
        if (_any[stream] && sequence > expected)
        {
            _sink.Drop(_topics[stream], new DropRecord(DropEdge.Wire, expected, sequence - 1, sequence - expected) { Epoch = header.Epoch });
        }
        (_any[stream], _lastSequence[stream]) = (true, sequence);
    }

    private void Compare(int stream)
    {
        var expected = _streams[stream];
        if (_receiver.Descriptor(_receiverIndex[stream]) is { } came
            && (came.DType != expected.DType || !came.Shape.AsSpan().SequenceEqual(expected.Shape) || !came.Channels.AsSpan().SequenceEqual(expected.Channels)))
        {
            _events.Post("descriptor_changed",
                $"stream {expected.Name} is published as ({string.Join(',', came.Shape)}) {came.DType} [{string.Join(' ', came.Channels.Take(12))}], "
                + $"the rig was started for ({string.Join(',', expected.Shape)}) {expected.DType} [{string.Join(' ', expected.Channels.Take(12))}]: its samples are refused",
                ("stream", expected.Name));
        }
    }

    // What publishers send in 2 s; irregular streams count as fast ones.
    private static int QueueMessages(StreamDescriptor[] streams) =>
        (int)Math.Max(64, Math.Ceiling(2 * streams.Sum(s => s.RateHz > 0 ? s.RateHz : 1000)));
}
