using LoopRig.Core;
using LoopRig.Native.Zmq;

namespace LoopRig.Benchmarks;

/// <summary>
/// The reference of the live loop: PUB -> SUB -> PUB -> SUB in bare libzmq, the same messages, a thread between that hands each on and does nothing else.
/// No loop over the same sockets can be faster than this.
/// </summary>
internal sealed class Relay : IDisposable
{
    private const string Stream = "worldcam";
    private readonly ZmqContext _context = new();
    private readonly ZmqSocket _source;
    private readonly ZmqSocket _in;
    private readonly ZmqSocket _out;
    private readonly FrameClock _clock;
    private readonly Subscriber _subscriber;
    private readonly Thread _thread;
    private readonly byte[] _topic = WireFormat.Topic(Stream);
    private readonly byte[] _header = new byte[WireFormat.HeaderLength];
    private readonly byte[] _pixels;
    private volatile bool _stop;

    public Relay(string transport, FrameClock clock, byte[] pixels)
    {
        (_clock, _pixels) = (clock, pixels);
        (_source, _in, _out) = (_context.CreateSocket(ZmqSocketType.Pub), _context.CreateSocket(ZmqSocketType.Sub), _context.CreateSocket(ZmqSocketType.Pub));
        _source.Bind(Endpoints.Of(transport));
        _out.Bind(Endpoints.Of(transport));
        _in.ReceiveTimeoutMs = 100;
        _in.Subscribe(_topic);
        _in.Connect(_source.LastEndpoint);
        _subscriber = new Subscriber(_context, _out.LastEndpoint, Stream, clock, predictions: false);
        _thread = new Thread(HandOn) { Name = "relay" };
        _thread.Start();
    }

    public LatencyHistogram EndToEnd => _subscriber.EndToEnd;

    public double[] FrameMs => _subscriber.FrameMs;

    public void Send(int frame)
    {
        var header = LiveFrame.HeaderAt(_clock.DueNs(frame));
        header.Sequence = (ulong)frame;
        _clock.Sent(frame, RigClock.Now);
        WireFormat.WriteHeader(_header, header, _pixels);
        _source.Send(_topic, more: true);
        _source.Send(_header, more: true);
        _source.Send(_pixels);
    }

    public void Dispose()
    {
        _stop = true;
        _thread.Join();
        _subscriber.Dispose();
        _source.Dispose();
        _in.Dispose();
        _out.Dispose();
        _context.Dispose();
    }

    private void HandOn()
    {
        var (topic, header, payload) = (new byte[WireFormat.MaxTopicLength], new byte[WireFormat.HeaderLength], new byte[64 << 10]);
        while (!_stop)
        {
            if (!_in.Receive(topic, out var topicLength))
            {
                continue;
            }
            _in.Receive(header, out var headerLength);
            _in.Receive(payload, out var length);
            _out.Send(topic.AsSpan(0, topicLength), more: true);
            _out.Send(header.AsSpan(0, headerLength), more: true);
            _out.Send(payload.AsSpan(0, length));
        }
    }
}
