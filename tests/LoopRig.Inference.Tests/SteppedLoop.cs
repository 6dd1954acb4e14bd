using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Native.Zmq;

namespace LoopRig.Inference.Tests;

/// <summary>A live loop without threads: the test pushes samples into the ring, sets the clock, and runs loop and network step by step.</summary>
internal sealed class SteppedLoop : IDisposable
{
    public const long BinNs = 48 * RigClock.MillisecondNs;
    private readonly ZmqContext _context = new();
    private readonly ulong[] _sequence = new ulong[4];
    private bool _disposed;

    public SteppedLoop(FakeNetwork network, FallbackKind fallback = FallbackKind.Hold, StalePolicy policy = StalePolicy.Hold, params StreamDescriptor[] more)
        : this(network, null, fallback, policy, more)
    {
    }

    public SteppedLoop(FakeNetwork network, ControlParts? control, FallbackKind fallback = FallbackKind.Hold, StalePolicy policy = StalePolicy.Hold, params StreamDescriptor[] more)
    {
        Settings = new LoopSettings
        {
            Streams = [Rig.Image(), Rig.Treadmill(), .. more],
            Fallback = fallback,
            Mapping = new InputMapping { StaleNs = 100 * RigClock.MillisecondNs, Policy = policy },
        };
        var wait = new BlockingWait();
        var first = new LoadedNetwork(network, Settings);
        Ring = new SlotRing(64, 4096);
        Aligner = new BinAligner(Settings.Bins, Settings.AlignedStreams, first.Assembler.Required);
        Worker = new NetworkWorker(new BlockingWait(), wait, Clock);
        History = new BinHistory(Settings.AlignedStreams, Settings.HistoryBins);
        Swap = new HotSwap(Settings, History, Worker, Events);
        Monitor = new StreamMonitor(Settings.Streams);
        Predictor = new Predictor(first, Worker, Swap, Settings, Monitor);
        Publisher = new PredictionPublisher(_context, "tcp://127.0.0.1:*", first, Sink);
        Watch = new StreamWatch(Settings, null, Aligner, Predictor, Monitor, Events, Sink, Clock);
        Control = control is null ? null : new ControlLoop(control, Settings.AlignedStreams, ControlSink, Events, new BlockingWait(), Clock);
        Loop = new LiveLoop(new LoopParts
        {
            Control = Control?.Edge,
            Settings = Settings,
            Ring = Ring,
            Aligner = Aligner,
            Predictor = Predictor,
            Publisher = Publisher,
            Swap = Swap,
            History = History,
            Watch = Watch,
            Events = Events,
            Sink = Sink,
            Wait = wait,
            Clock = Clock,
        });
    }

    public LoopSettings Settings { get; }
    public ManualClock Clock { get; } = new() { Now = 1000 * BinNs };
    public RigEvents Events { get; } = new();
    public FakeSink Sink { get; } = new();
    public SlotRing Ring { get; }
    public BinAligner Aligner { get; }
    public NetworkWorker Worker { get; }
    public BinHistory History { get; }
    public HotSwap Swap { get; }
    public StreamMonitor Monitor { get; }
    public Predictor Predictor { get; }
    public PredictionPublisher Publisher { get; }
    public StreamWatch Watch { get; }
    public LiveLoop Loop { get; }
    public ControlLoop? Control { get; }
    public FakeSink ControlSink { get; } = new();

    /// <summary>Puts a sample of stream 0 (image) or 1 (speed) into the ring, received now.</summary>
    public void Push(int stream, long timeNs, float value, FrameFlags flags = FrameFlags.None)
    {
        var descriptor = Settings.Streams[stream];
        var header = FrameHeader.Samples(descriptor.DType, descriptor.Shape, timeNs);
        (header.Sequence, header.Flags, header.HostTimeNs) = (_sequence[stream]++, flags, timeNs);
        Assert.True(Ring.TryClaim(out var slot));
        var length = descriptor.SampleBytes;
        if (descriptor.DType == DType.U8)
        {
            slot[..length].Fill((byte)value);
        }
        else
        {
            MemoryMarshal.Cast<byte, float>(slot[..length]).Fill(value);
        }
        Monitor.Look(stream, header, slot[..length], Clock.Now, 0); // as the receiver does
        Ring.Publish(new SlotInfo { Stream = stream, Length = length, ReceivedNs = Clock.Now, Header = header });
    }

    /// <summary>Puts a picture of stream 0 into the ring, received now.</summary>
    public void PushPicture(long timeNs, ReadOnlySpan<byte> pixels)
    {
        var header = FrameHeader.Samples(DType.U8, Settings.Streams[0].Shape, timeNs);
        (header.Sequence, header.HostTimeNs) = (_sequence[0]++, timeNs);
        Assert.True(Ring.TryClaim(out var slot));
        pixels.CopyTo(slot);
        Monitor.Look(0, header, pixels, Clock.Now, 0);
        Ring.Publish(new SlotInfo { Stream = 0, Length = pixels.Length, ReceivedNs = Clock.Now, Header = header });
    }

    /// <summary>Runs the loop, not the network, until it has nothing to do; then the watch.</summary>
    public void RunLoop()
    {
        while (Loop.RunOnce())
        {
        }
        Watch.RunOnce();
    }

    /// <summary>Plays bins until a swap has ended; gives the number of the next bin.</summary>
    public async Task<long> PlayUntil(Task swap, long bin, float pixel = 51, float speed = 1)
    {
        while (!swap.IsCompleted)
        {
            PlayBin(bin++, pixel, speed);
            await Task.WhenAny(swap, Task.Delay(2)); // the swap has a thread of its own and must keep up with these bins
        }
        while (Swap.IsUnderWay)
        {
            await Task.Yield(); // that thread ends after its task
        }
        return bin;
    }

    /// <summary>Plays one whole bin: a sample of both streams in its middle, then the time at which it closes.</summary>
    public void PlayBin(long bin, float pixel, float speed, bool network = true)
    {
        Clock.Now = bin * BinNs + BinNs / 2;
        Push(0, Clock.Now, pixel);
        Push(1, Clock.Now, speed);
        RunLoop();
        Clock.Now = (bin + 1) * BinNs + Settings.Bins.LatenessNs;
        RunLoop();
        if (network)
        {
            Worker.RunOnce();
            RunLoop();
        }
        Control?.RunOnce();
        Watch.RunOnce(); // what the controller had to say
    }

    /// <summary>The records of a stream of numbers that the controller's loop wrote.</summary>
    public long[][] Records(string stream) => [.. ControlSink.Messages.Where(m => m.Topic.AsSpan().SequenceEqual(WireFormat.Topic(stream))).Select(m => MemoryMarshal.Cast<byte, long>(m.Payload).ToArray())];

    public float[] Values(int message) => MemoryMarshal.Cast<byte, float>(Sink.Messages[message].Payload).ToArray();

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }
        _disposed = true;
        Swap.Dispose();
        Control?.Dispose();
        Watch.Dispose();
        Publisher.Dispose();
        Worker.Dispose();
        _context.Dispose();
    }
}

internal static class Rig
{
    public static StreamDescriptor Image(int height = 6, int width = 8) =>
        new() { Name = "world", Kind = StreamKind.Image, DType = DType.U8, Shape = [height, width], RateHz = 60 };

    public static StreamDescriptor Treadmill() =>
        new() { Name = "treadmill", Kind = StreamKind.Vector, DType = DType.F32, Shape = [1], Channels = ["speed"], Units = ["cm/s"], RateHz = 100 };

    public static StreamDescriptor Activity(params string[] units) =>
        new() { Name = "activity", Kind = StreamKind.Activity, DType = DType.F32, Shape = [units.Length], Channels = units, BinNs = SteppedLoop.BinNs, RateHz = 20.8 };
}
