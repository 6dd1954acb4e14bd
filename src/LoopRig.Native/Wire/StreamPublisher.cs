using System.Diagnostics.CodeAnalysis;
using LoopRig.Core;
using LoopRig.Native.Zmq;

namespace LoopRig.Native.Wire;

/// <summary>
/// Publishes one adapter's streams in wire format 1: each message to every subscriber (PUB, which drops for those that lag) and, where a recorder listens,
/// to it as well (PUSH, which holds the adapter back and then stops the run: acquisition is never thinned in silence). Descriptors go out when a
/// subscriber joins and every second. Publishing allocates nothing.
/// </summary>
/// <remarks>
/// The epoch starts at the wall clock's second, so that a publisher that was started again is never taken for a replay of itself; it grows by one
/// with each message marked <see cref="FrameFlags.NewEpoch"/>. The first message of each stream is marked so too.
/// </remarks>
public sealed class StreamPublisher : IFaultyOutput, IDisposable
{
    private const int TimerMs = 100;
    private const long DescriptorEveryNs = RigClock.SecondNs;
    private const int LeastQueue = 64;
    // What a peer may send here is a subscription: a topic's beginning. libzmq would set memory aside for any length that it claims.
    private const int LongestSubscription = 4096;
    private const double RateWhereUnknownHz = 1000;

    // libzmq wants one thread at a time, and there are two: the adapter's, and the timer's for times when the adapter is silent. The lock is free
    // but for some microseconds a second, and the timer gives way.
    private readonly Lock _gate = new();
    private readonly PublishedStream[] _streams;
    private readonly ZmqSocket _socket;
    private readonly ZmqSocket? _recorder;
    private readonly StreamPublisherOptions _options;
    private readonly Timer _timer;
    private readonly byte[] _header = new byte[WireFormat.HeaderLength];
    private readonly byte[] _descriptorHeader = new byte[WireFormat.HeaderLength];
    private readonly byte[] _subscription = new byte[WireFormat.MaxTopicLength + 1];
    private long _descriptorsDueNs;
    private bool _recorderKnows;
    private bool _closed;

    /// <summary>Binds the endpoint and connects to the recorder.</summary>
    /// <exception cref="DeviceException">The endpoint cannot be bound.</exception>
    /// <exception cref="LoopRigException">A stream's name cannot be a topic.</exception>
    public StreamPublisher(ZmqContext context, IReadOnlyList<StreamDescriptor> streams, StreamPublisherOptions options)
    {
        _options = options;
        uint epoch = (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        _streams = [.. streams.Select(s => new PublishedStream(s, epoch))];
        int queue = QueueLength(streams, options.QueueSeconds);
        _socket = context.CreateSocket(ZmqSocketType.XPub);
        try
        {
            _socket.SendHighWaterMark = queue;
            _socket.LingerMs = 500;
            _socket.MaxMessageBytes = LongestSubscription;
            _socket.ReportEverySubscription();
            _socket.Bind(options.Endpoint);
            Endpoint = _socket.LastEndpoint;
            if (options.RecorderEndpoint is { } recorder)
            {
                _recorder = context.CreateSocket(ZmqSocketType.Push);
                _recorder.SendHighWaterMark = queue;
                _recorder.SendTimeoutMs = options.RecorderPatienceMs;
                _recorder.LingerMs = options.RecorderPatienceMs;
                _recorder.Connect(recorder);
            }
        }
        catch
        {
            _socket.Dispose();
            _recorder?.Dispose();
            throw;
        }

        _timer = new Timer(static self => ((StreamPublisher)self!).OnTimer(), this, TimerMs, TimerMs);
    }

    /// <summary>Where subscribers connect; the port that was chosen where the options left it open.</summary>
    public string Endpoint { get; }

    /// <summary>The header of the message that was published last, as it went out; for a recorder in the same thread.</summary>
    public ReadOnlySpan<byte> LastHeader => _header;

    /// <summary>The topic of a stream.</summary>
    public ReadOnlySpan<byte> Topic(int stream) => _streams[stream].Topic;

    /// <summary>Messages published on a stream.</summary>
    public long Sent(int stream) => (long)_streams[stream].NextSequence;

    /// <summary>Subscriptions that receive a stream now.</summary>
    public int Subscribers(int stream)
    {
        lock (_gate)
        {
            if (!_closed) TakeSubscriptions();
            return _streams[stream].Subscribers;
        }
    }

    /// <summary>Waits until a stream has this many subscribers; false when the stop came first.</summary>
    public bool WaitForSubscribers(int stream, int count, CancellationToken stop)
    {
        while (Subscribers(stream) < count)
        {
            if (stop.WaitHandle.WaitOne(5)) return false;
        }

        return true;
    }

    /// <summary>Gives a stream another descriptor, of the same name, and sends it: another network predicts, another file is played. Allocates nothing.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="descriptor">The descriptor.</param>
    /// <param name="json">Its <see cref="StreamDescriptor.ToJson"/>, made before: for thousands of units that takes longer than a loop can wait.</param>
    /// <exception cref="LoopRigException">The descriptor has another name.</exception>
    public void Redescribe(int stream, StreamDescriptor descriptor, ReadOnlyMemory<byte> json)
    {
        lock (_gate)
        {
            _streams[stream].Describe(descriptor, json);
            _recorderKnows = false;
            if (!_closed) Describe();
        }
    }

    /// <inheritdoc/>
    public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload) => Publish(stream, header, payload, WireFault.None);

    /// <inheritdoc/>
    public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload, WireFault fault)
    {
        PublishedStream to = _streams[stream];
        FrameHeader sent = header;
        if (sent.HostTimeNs == 0) sent.HostTimeNs = RigClock.Now;
        sent.Clock = to.Clock; // header and descriptor never disagree
        lock (_gate)
        {
            TakeSubscriptions();
            if (_recorder is not null && !_recorderKnows) DescribeToRecorder();
            if (to.NextSequence == 0) sent.Flags |= FrameFlags.NewEpoch;
            else if ((sent.Flags & FrameFlags.NewEpoch) != 0) to.Epoch++;
            sent.Epoch = to.Epoch;
            sent.Sequence = to.NextSequence++;
            WireFormat.WriteHeader(_header, sent, payload);
            if (fault == WireFault.None) Send(_socket, to.Topic, _header, payload);
            else if (fault == WireFault.Damaged) SendDamaged(to.Topic, payload, sent.Sequence);
            if (_recorder is not null) Record(to.Topic, _header, payload);
        }
    }

    /// <summary>Closes the sockets; what is on its way to the recorder still has its patience to arrive.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
            _timer.Dispose();
            _socket.Dispose();
            _recorder?.Dispose();
        }
    }

    /// <summary>Messages that 2 s of all streams make: what the adapter -> wire edge holds.</summary>
    private static int QueueLength(IReadOnlyList<StreamDescriptor> streams, double seconds)
    {
        double messages = 0;
        foreach (StreamDescriptor stream in streams) messages += seconds * (stream.RateHz > 0 ? stream.RateHz : RateWhereUnknownHz);
        return (int)Math.Max(LeastQueue, Math.Ceiling(messages));
    }

    // A PUB socket never blocks and never refuses: it drops, and the subscriber sees the gap in the sequence.
    private static void Send(ZmqSocket socket, byte[] topic, byte[] header, ReadOnlySpan<byte> payload)
    {
        socket.Send(topic, more: true);
        socket.Send(header, more: true);
        socket.Send(payload);
    }

    // In turn a wrong byte, a payload cut short, a header that is none. A rehearsal of faults may allocate.
    private void SendDamaged(byte[] topic, ReadOnlySpan<byte> payload, ulong sequence)
    {
        byte[] header = [.. _header];
        byte[] damaged = payload.ToArray();
        if (sequence % 3 == 0 && damaged.Length > 0) damaged[damaged.Length / 2] ^= 0x55;
        else if (sequence % 3 == 1 && damaged.Length > 0) damaged = damaged[..(damaged.Length / 2)];
        else header.AsSpan(0, 16).Fill(0x55);
        Send(_socket, topic, header, damaged);
    }

    private void Record(byte[] topic, byte[] header, ReadOnlySpan<byte> payload)
    {
        // Only the first part can be refused: libzmq takes a message whole.
        if (!_recorder!.Send(topic, more: true)) ThrowRecorderStuck();
        _recorder.Send(header, more: true);
        _recorder.Send(payload);
    }

    private void ThrowRecorderStuck() => throw new DeviceException(
        $"recorder at {_options.RecorderEndpoint}", $"took no message for {_options.RecorderPatienceMs} ms; the run stops, because a session with holes would be worse");

    [SuppressMessage("Design", "CA1031", Justification = "an exception on a timer's thread ends the process")]
    private void OnTimer()
    {
        if (!_gate.TryEnter()) return;
        try
        {
            if (_closed) return;
            TakeSubscriptions();
            if (RigClock.Now >= _descriptorsDueNs) Describe();
        }
        catch (Exception)
        {
            // The socket is the adapter's to report: its next message meets the same failure, on its own thread.
        }
        finally
        {
            _gate.Exit();
        }
    }

    private void Describe()
    {
        foreach (PublishedStream stream in _streams)
        {
            WireFormat.WriteHeader(_descriptorHeader, stream.NextDescriptorHeader(), stream.DescriptorJson.Span);
            Send(_socket, stream.DescriptorTopic, _descriptorHeader, stream.DescriptorJson.Span);
        }

        _descriptorsDueNs = RigClock.Now + DescriptorEveryNs;
    }

    private void DescribeToRecorder()
    {
        foreach (PublishedStream stream in _streams)
        {
            WireFormat.WriteHeader(_descriptorHeader, stream.NextDescriptorHeader(), stream.DescriptorJson.Span);
            Record(stream.DescriptorTopic, _descriptorHeader, stream.DescriptorJson.Span);
        }

        _recorderKnows = true;
    }

    // An XPUB socket receives what its subscribers ask for: 1 or 0, then the topic's beginning.
    private void TakeSubscriptions()
    {
        bool joined = false;
        while (_socket.TryReceive(_subscription, out int length))
        {
            if (length is 0 || length > _subscription.Length || _subscription[0] > 1) continue;
            ReadOnlySpan<byte> prefix = _subscription.AsSpan(1, length - 1);
            bool joins = _subscription[0] == 1;
            joined |= joins;
            foreach (PublishedStream stream in _streams)
            {
                if (stream.Topic.AsSpan().StartsWith(prefix)) stream.Subscribers += joins ? 1 : -1;
            }
        }

        if (joined) Describe();
    }
}
