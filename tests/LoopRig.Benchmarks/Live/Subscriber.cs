using LoopRig.Core;
using LoopRig.Native.Zmq;

namespace LoopRig.Benchmarks;

/// <summary>The far end of a path: receives messages on a thread of its own, blocking in libzmq, and measures each against its frame's send.</summary>
internal sealed class Subscriber : IDisposable
{
    private readonly ZmqSocket _socket;
    private readonly FrameClock _clock;
    private readonly bool _predictions;
    private readonly Thread _thread;
    private volatile bool _stop;

    /// <param name="context">The path's.</param>
    /// <param name="endpoint">Where the messages are published.</param>
    /// <param name="topic">The stream.</param>
    /// <param name="clock">Knows the frames.</param>
    /// <param name="predictions">True: messages are predictions and name the bin's end; false: they are the frames themselves.</param>
    public Subscriber(ZmqContext context, string endpoint, string topic, FrameClock clock, bool predictions)
    {
        (_clock, _predictions) = (clock, predictions);
        FrameMs = new double[clock.Measured];
        Array.Fill(FrameMs, double.NaN);
        _socket = context.CreateSocket(ZmqSocketType.Sub);
        _socket.ReceiveTimeoutMs = 100; // to see the stop
        _socket.Subscribe(WireFormat.Topic(topic));
        _socket.Connect(endpoint);
        _thread = new Thread(Receive) { Name = "subscriber" };
        _thread.Start();
    }

    /// <summary>Send to receive, warm-up excluded.</summary>
    public LatencyHistogram EndToEnd { get; } = new();

    /// <summary>The same by frame, ms; NaN for one that has not come.</summary>
    public double[] FrameMs { get; }

    public void Dispose()
    {
        _stop = true;
        _thread.Join();
        _socket.Dispose();
    }

    private void Receive()
    {
        var (topic, header, payload) = (new byte[WireFormat.MaxTopicLength], new byte[WireFormat.HeaderLength], new byte[64 << 10]);
        while (!_stop)
        {
            if (!_socket.Receive(topic, out var topicLength))
            {
                continue;
            }
            _socket.Receive(header, out var headerLength);
            _socket.Receive(payload, out var length);
            var now = RigClock.Now;
            if (WireFormat.TryRead(topic.AsSpan(0, topicLength), header.AsSpan(0, headerLength), payload.AsSpan(0, length), out var message) == WireError.None
                && _clock.TryMeasure(_predictions ? message.BinEndNs : message.DeviceTimeNs, now, out var frame, out var elapsed))
            {
                EndToEnd.Record(elapsed);
                FrameMs[frame] = elapsed / 1e6;
            }
        }
    }
}
