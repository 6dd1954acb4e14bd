using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Inference;
using LoopRig.Native.LibC;
using LoopRig.Native.Wire;
using LoopRig.Native.Zmq;

namespace LoopRig.Benchmarks;

/// <summary>The product's own path: source -> wire -> receiver -> aligner -> network -> wire -> subscriber, with the loop's three threads.</summary>
internal sealed class LoopPath : IDisposable
{
    /// <summary>A rig's default; where the system refuses it, the threads keep the ordinary scheduling.</summary>
    public const int RealTimePriority = 20;

    private readonly ZmqContext _context = new();
    private readonly StreamPublisher _source;
    private readonly Subscriber _subscriber;
    private readonly FrameClock _clock;
    private readonly byte[] _pixels;
    private readonly float[] _behaviour;
    private readonly StreamDescriptor[] _streams;
    // As a rig does; the reference runs meanwhile and has the same.
    private readonly IdleLatency? _awake = IdleLatency.TryHold();
    private Exception? _fault;

    /// <param name="transport">tcp or ipc.</param>
    /// <param name="clock">The frames; a frame's period is a bin.</param>
    /// <param name="pixels">Every frame's image.</param>
    /// <param name="network">Owned from here on.</param>
    /// <param name="behaviour">The channels of a second stream that the network needs; empty for none.</param>
    public LoopPath(string transport, FrameClock clock, byte[] pixels, IFrozenNetwork network, string[] behaviour)
    {
        (_clock, _pixels, _behaviour) = (clock, pixels, new float[behaviour.Length]);
        if (IsRealTime)
        {
            _context.UseRealTime(RealTimePriority);
        }
        var rate = (double)RigClock.SecondNs / clock.PeriodNs;
        var vector = new StreamDescriptor
        {
            Name = "behaviour",
            Kind = StreamKind.Vector,
            DType = DType.F32,
            Shape = [behaviour.Length],
            Channels = behaviour,
            RateHz = rate,
            Source = "benchmark",
        };
        _streams = behaviour.Length == 0 ? [LiveFrame.Descriptor(rate)] : [LiveFrame.Descriptor(rate), vector];
        _source = new StreamPublisher(_context, _streams, new StreamPublisherOptions { Endpoint = Endpoints.Of(transport) });
        Sink = new LoopSink(clock);
        var settings = new LoopSettings { Streams = _streams, Bins = new BinSpec(clock.PeriodNs, clock.PeriodNs * 3 / 8), DeadlineNs = clock.PeriodNs / 2 };
        var wiring = new LoopWiring { StreamEndpoints = [_source.Endpoint], PredictionEndpoint = Endpoints.Of(transport), RealTimePriority = RealTimePriority };
        Loop = new LiveInference(_context, settings, network, wiring, _ => Sink, new RigEvents(), fault => _fault = fault);
        _subscriber = new Subscriber(_context, Loop.Publisher.Endpoint, settings.PredictionStream, clock, predictions: true);
    }

    public LiveInference Loop { get; }

    /// <summary>Whether the system lets the loop's threads have their priority.</summary>
    public static bool IsRealTime
    {
        get
        {
            var granted = false;
            var probe = new Thread(() => granted = ThreadTuning.TrySetRealTime(RealTimePriority));
            probe.Start();
            probe.Join();
            return granted;
        }
    }

    /// <summary>Whether the system lets idle cores be kept awake.</summary>
    public bool CoresAwake => _awake is not null;

    public LoopSink Sink { get; }

    /// <summary>Messages lost on the wire or in the ring.</summary>
    public long Drops => Sum(losses => losses.Drops);

    /// <summary>Frames that a busy machine brought after their bin had closed.</summary>
    public long NotMerged => Sum(losses => losses.NotMerged);

    public LatencyHistogram EndToEnd => _subscriber.EndToEnd;

    public double[] FrameMs => _subscriber.FrameMs;

    /// <summary>Starts the threads and waits until the network is warm and everybody is connected.</summary>
    /// <exception cref="LoopRigException">The loop did not start.</exception>
    public void Start()
    {
        Loop.Start().GetAwaiter().GetResult();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        for (var stream = 0; stream < _streams.Length; stream++)
        {
            if (!_source.WaitForSubscribers(stream, 1, patience.Token))
            {
                throw new LoopRigException("the loop has not subscribed within 10 s");
            }
        }
        Loop.Begin();
    }

    public void Send(int frame)
    {
        var due = _clock.DueNs(frame);
        if (_behaviour.Length > 0)
        {
            _behaviour.AsSpan().Fill(frame % 7);
            _source.Publish(1, FrameHeader.Samples(DType.F32, _streams[1].Shape, due), MemoryMarshal.AsBytes(_behaviour.AsSpan()));
        }
        _clock.Sent(frame, RigClock.Now);
        _source.Publish(0, LiveFrame.HeaderAt(due), _pixels);
    }

    /// <summary>Fails when a thread of the loop has died, or predictions did not arrive: the figures would not mean what they say.</summary>
    /// <exception cref="LoopRigException">One of these happened.</exception>
    public void Check()
    {
        if (_fault is not null)
        {
            throw new LoopRigException($"a thread of the loop ended: {_fault.Message}", _fault);
        }
        if (EndToEnd.Count < _clock.Measured * 9 / 10)
        {
            throw new LoopRigException($"{_clock.Measured} frames gave only {EndToEnd.Count} predictions at the subscriber");
        }
    }

    private long Sum(Func<Losses, long> count) => Enumerable.Range(0, _streams.Length).Sum(stream => count(Loop.Watch.LossesOf(stream)));

    public void Dispose()
    {
        _awake?.Dispose();
        Loop.Dispose();
        _subscriber.Dispose();
        _source.Dispose();
        _context.Dispose();
    }
}
