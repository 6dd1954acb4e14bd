using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Native.LibC;
using LoopRig.Native.Wire;
using LoopRig.Native.Zmq;

namespace LoopRig.Inference.Tests;

/// <summary>A live loop with its threads and real sockets, fed by a publisher in real time with short bins.</summary>
internal sealed class ThreadedLoop : IDisposable
{
    private readonly byte[] _pixels;
    private readonly float[] _speed = new float[1];

    public ThreadedLoop(IFrozenNetwork network, ISessionSink sink, double binMs = 8, double deadlineMs = 6, string scheme = "tcp", long spinNs = 20_000, StreamDescriptor? image = null,
        ControlParts? control = null)
    {
        image ??= Rig.Image();
        StreamDescriptor[] streams = [image, Rig.Treadmill()];
        _pixels = new byte[image.SampleBytes];
        Source = new StreamPublisher(Context, streams, new StreamPublisherOptions { Endpoint = Endpoint(scheme) });
        Stranger = Context.CreateSocket(ZmqSocketType.Pub);
        Stranger.Bind("tcp://127.0.0.1:*");
        var settings = new LoopSettings
        {
            Streams = streams,
            Bins = new BinSpec((long)(binMs * 1e6), (long)((binMs - deadlineMs) * 1e6)),
            DeadlineNs = (long)(deadlineMs * 1e6),
        };
        Inference = new LiveInference(Context, settings, network, new LoopWiring { StreamEndpoints = [Source.Endpoint, Stranger.LastEndpoint], PredictionEndpoint = Endpoint(scheme), SpinNs = spinNs, Control = control },
            _ => sink, Events, e => Fault = e);
    }

    public ZmqContext Context { get; } = new();
    public RigEvents Events { get; } = new();
    public StreamPublisher Source { get; }
    /// <summary>A second publisher that the loop listens to, to send whatever a broken device may send.</summary>
    public ZmqSocket Stranger { get; }
    public LiveInference Inference { get; }
    public Exception? Fault { get; private set; }

    public async Task StartAsync(CancellationToken stop)
    {
        await Inference.Start().WaitAsync(stop);
        Assert.True(Source.WaitForSubscribers(0, 1, stop));
        Assert.True(Source.WaitForSubscribers(1, 1, stop));
        Inference.Begin();
    }

    /// <summary>Sends an image and a speed now.</summary>
    public void Send(byte pixel = 51, float speed = 1)
    {
        Array.Fill(_pixels, pixel);
        _speed[0] = speed;
        var now = RigClock.Now;
        var streams = Inference.Settings.Streams;
        Source.Publish(1, FrameHeader.Samples(DType.F32, streams[1].Shape, now), MemoryMarshal.AsBytes(_speed.AsSpan()));
        Source.Publish(0, FrameHeader.Samples(DType.U8, streams[0].Shape, now), _pixels);
    }

    /// <summary>Sends a sample of each stream every <paramref name="everyMs"/> until the loop has made so many predictions.</summary>
    public void FeedUntil(Func<bool> done, CancellationToken stop, double everyMs = 2)
    {
        using var pacer = new Pacer(stop);
        for (var next = RigClock.Now; !done() && Fault is null; next += (long)(everyMs * 1e6))
        {
            if (!pacer.WaitUntil(next))
            {
                stop.ThrowIfCancellationRequested();
            }
            Send();
        }
        if (Fault is not null)
        {
            throw new InvalidOperationException("a thread of the loop has died", Fault);
        }
    }

    public static string Endpoint(string scheme) => scheme == "ipc" ? $"ipc:///tmp/looprig-test-{Guid.NewGuid():N}" : "tcp://127.0.0.1:*";

    public void Dispose()
    {
        Inference.Dispose();
        Source.Dispose();
        Stranger.Dispose();
        Context.Dispose();
    }
}
