using LoopRig.Core;
using LoopRig.Native.LibC;
using LoopRig.Native.Zmq;

namespace LoopRig.Native.Wire;

/// <summary>
/// Receives streams of wire format 1 from any number of publishers into the caller's slots. Whatever is wrong with a message costs a counter, never
/// the process. One thread receives; nothing is allocated after the start, but for descriptors that are new.
/// </summary>
/// <example>
/// <c>while (receiver.Wait(untilNs) == WaitResult.Ready) while ((result = receiver.Receive(slot, out message)) != ReceiveResult.Empty) ...</c>
/// </example>
public sealed class StreamReceiver : IDisposable
{
    private const int LongestDescriptor = 4 << 20;

    private readonly ZmqSocket _socket;
    private readonly EventFd _wake = new();
    private readonly TimerFd _timer = new();
    private readonly ZmqPoller _poller = new(3);
    private readonly int _socketEntry;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenRegistration _registration;
    private readonly List<ReceivedStream> _streams = [];
    private readonly byte[] _topic = new byte[WireFormat.MaxTopicLength];
    private readonly byte[] _header = new byte[WireFormat.HeaderLength];
    private readonly byte[] _descriptor = GC.AllocateUninitializedArray<byte>(LongestDescriptor);
    private bool _timerSet;
    private long _unknown;

    /// <summary>Opens the receiver; streams and endpoints are added before the first receive.</summary>
    /// <param name="context">the process's context</param>
    /// <param name="queueMessages">messages kept per publisher while the caller is away: its rate times 2 s</param>
    /// <param name="stop">ends a wait</param>
    public StreamReceiver(ZmqContext context, int queueMessages, CancellationToken stop)
    {
        _socket = context.CreateSocket(ZmqSocketType.Sub);
        _socket.ReceiveHighWaterMark = queueMessages;
        _socket.MaxMessageBytes = WireFormat.MaxPayload; // libzmq would set memory aside for any length that a peer claims
        _socketEntry = _poller.Add(_socket);
        _poller.Add(_wake.File);
        _poller.Add(_timer.File);
        _stop = stop;
        _registration = stop.UnsafeRegister(static wake => ((EventFd)wake!).Set(), _wake);
    }

    /// <summary>Streams added.</summary>
    public int Count => _streams.Count;

    /// <summary>Messages on topics that no added stream has.</summary>
    public long UnknownTopics => Volatile.Read(ref _unknown);

    /// <summary>Subscribes to a stream and its descriptor; gives the stream's index.</summary>
    /// <param name="name">The stream.</param>
    /// <param name="descriptorOnly">What the stream is, and none of its samples; its publisher counts no subscriber.</param>
    public int AddStream(string name, bool descriptorOnly = false)
    {
        ReceivedStream stream = new(name);
        if (_streams.Exists(s => s.Name == name)) throw new LoopRigException($"stream {name} is received already");
        _streams.Add(stream);
        if (!descriptorOnly) _socket.Subscribe(stream.Topic);
        _socket.Subscribe(stream.DescriptorTopic);
        return _streams.Count - 1;
    }

    /// <summary>Connects to a publisher, which may start later.</summary>
    /// <exception cref="DeviceException">The endpoint is misspelt.</exception>
    public void Connect(string endpoint) => _socket.Connect(endpoint);

    /// <summary>The name of a stream.</summary>
    public string Name(int stream) => _streams[stream].Name;

    /// <summary>What has been seen of a stream; readable from any thread.</summary>
    public StreamCounters Counters(int stream) => _streams[stream].Counters;

    /// <summary>The newest descriptor of a stream; null until one came. Readable from any thread.</summary>
    public StreamDescriptor? Descriptor(int stream) => _streams[stream].Descriptor;

    /// <summary>Waits for a message until a time of the rig clock (<see cref="long.MaxValue"/>: for ever), to the microsecond.</summary>
    public WaitResult Wait(long untilNs)
    {
        if (_stop.IsCancellationRequested) return WaitResult.Stopped;
        if (untilNs != long.MaxValue)
        {
            _timer.SetAt(untilNs);
            _timerSet = true;
        }
        else if (_timerSet)
        {
            _timer.Clear();
            _timerSet = false;
        }

        _poller.Wait(-1);
        if (_stop.IsCancellationRequested) return WaitResult.Stopped;
        return _poller.IsReady(_socketEntry) ? WaitResult.Ready : WaitResult.TimedOut;
    }

    /// <summary>Takes one message if one is waiting.</summary>
    /// <param name="slot">takes the payload; a larger one is refused</param>
    /// <param name="message">what came, where the result says so</param>
    public ReceiveResult Receive(Span<byte> slot, out ReceivedMessage message)
    {
        message = default;
        if (!_socket.TryReceive(_topic, out int topicLength)) return ReceiveResult.Empty;
        ReceivedStream? stream = null;
        int index = -1;
        bool describes = false;
        if (topicLength <= _topic.Length) stream = Find(_topic.AsSpan(0, topicLength), out index, out describes);
        if (stream is null)
        {
            Volatile.Write(ref _unknown, _unknown + 1);
            return Pass();
        }

        if (!_socket.HasMore || !_socket.Receive(_header, out int headerLength) || headerLength != WireFormat.HeaderLength || !_socket.HasMore)
        {
            stream.Counters.CountMalformed();
            return Pass();
        }

        Span<byte> destination = describes ? _descriptor : slot;
        _socket.Receive(destination, out int length);
        if (_socket.HasMore)
        {
            stream.Counters.CountMalformed();
            return Pass();
        }

        if (!IsSound(stream, topicLength, destination, length, out message.Header)) return ReceiveResult.Passed;
        if (describes)
        {
            if (message.Header.Kind != MessageKind.Descriptor) return Refuse(stream);
            message.Stream = index;
            return stream.TakeDescriptor(destination[..length]) ? ReceiveResult.Descriptor : ReceiveResult.Passed;
        }

        if (message.Header.Kind == MessageKind.Descriptor) return Refuse(stream);
        if (!stream.Accept(ref message.Header)) return ReceiveResult.Passed;
        message.Stream = index;
        message.Length = length;
        message.ReceivedNs = RigClock.Now;
        stream.Counters.CountReceived(length, message.ReceivedNs);
        return ReceiveResult.Message;
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose()
    {
        _registration.Dispose();
        _poller.Dispose();
        _timer.Dispose();
        _wake.Dispose();
        _socket.Dispose();
    }

    private static ReceiveResult Refuse(ReceivedStream stream)
    {
        stream.Counters.CountMalformed();
        return ReceiveResult.Passed;
    }

    private ReceivedStream? Find(ReadOnlySpan<byte> topic, out int index, out bool describes)
    {
        for (index = 0; index < _streams.Count; index++)
        {
            ReceivedStream stream = _streams[index];
            describes = topic.SequenceEqual(stream.DescriptorTopic);
            if (describes || topic.SequenceEqual(stream.Topic)) return stream;
        }

        describes = false;
        return null;
    }

    private bool IsSound(ReceivedStream stream, int topicLength, ReadOnlySpan<byte> buffer, int length, out FrameHeader header)
    {
        if (length > buffer.Length)
        {
            header = default;
            stream.Counters.CountOversized();
            return false;
        }

        switch (WireFormat.TryRead(_topic.AsSpan(0, topicLength), _header, buffer[..length], out header))
        {
            case WireError.None: return true;
            case WireError.Length when length < header.PayloadLength: stream.Counters.CountTruncated(); return false;
            case WireError.Length when length > header.PayloadLength: stream.Counters.CountOversized(); return false;
            default: stream.Counters.CountMalformed(); return false;
        }
    }

    private ReceiveResult Pass()
    {
        _socket.DiscardRest();
        return ReceiveResult.Passed;
    }
}
