using System.Buffers.Binary;
using LoopRig.Core;
using LoopRig.Native.LibC;
using LoopRig.Native.Wire;
using LoopRig.Native.Zmq;

namespace LoopRig.Inference;

/// <summary>
/// Plays a few bins through a small live loop of its own before the real one starts: every method on a frame's way is compiled and every path is touched,
/// so that the first real bins are not late. Takes some tenths of a second and leaves nothing behind.
/// </summary>
public static class Rehearsal
{
    private const int Bins = 12;
    private const int Units = 4;
    private const long BinNs = 6 * RigClock.MillisecondNs;
    private static int s_count;

    /// <summary>Plays the bins.</summary>
    /// <param name="context">The process's ZeroMQ context.</param>
    /// <param name="stop">Ends early.</param>
    public static void Run(ZmqContext context, CancellationToken stop)
    {
        var id = Interlocked.Increment(ref s_count);
        StreamDescriptor[] streams =
        [
            new() { Name = "image", Kind = StreamKind.Image, DType = DType.U8, Shape = [4, 4], RateHz = 500 },
            new() { Name = "block", Kind = StreamKind.Vector, DType = DType.F32, Shape = [2], Channels = ["a", "b"], RateHz = 1000 },
            new() { Name = "activity", Kind = StreamKind.Activity, DType = DType.U16, Shape = [Units], Channels = Ids(), RateHz = 100, BinNs = BinNs },
        ];
        var settings = new LoopSettings { Streams = streams, Bins = new BinSpec(BinNs, BinNs / 6), DeadlineNs = BinNs / 2 };
        using var source = new StreamPublisher(context, streams, new StreamPublisherOptions { Endpoint = $"inproc://rehearsal-{id}" });
        using var loop = new LiveInference(context, settings, new Echo(), new LoopWiring
        {
            StreamEndpoints = [$"inproc://rehearsal-{id}"],
            PredictionEndpoint = $"inproc://rehearsal-predictions-{id}",
            Control = new ControlParts(new ThresholdController([new ThresholdRule { Units = Ids(), Above = float.MinValue, RearmBelow = float.MaxValue, Stimulus = 0 }], then: 0), new Dark()),
        }, static _ => new Nobody(), new RigEvents());
        loop.Start();
        source.WaitForSubscribers(2, 1, stop);
        var image = new byte[16];
        var block = new byte[2 * sizeof(long) + 4 * sizeof(float)];
        var counts = new byte[Units * sizeof(ushort)];
        var blockHeader = FrameHeader.Samples(DType.F32, [2, 2], 0);
        blockHeader.Flags = FrameFlags.SampleTimes;
        using var pacer = new Pacer(stop);
        var end = RigClock.Now + RigClock.SecondNs;
        for (var next = RigClock.Now; loop.Loop.Counters.Bins < Bins && next < end && pacer.WaitUntil(next); next += 2 * RigClock.MillisecondNs)
        {
            var now = RigClock.Now;
            BinaryPrimitives.WriteInt64LittleEndian(block, now - RigClock.MillisecondNs);
            BinaryPrimitives.WriteInt64LittleEndian(block.AsSpan(sizeof(long)), now);
            blockHeader.DeviceTimeNs = now;
            source.Publish(2, FrameHeader.Samples(DType.U16, [Units], (now / BinNs - 1) * BinNs), counts);
            source.Publish(1, blockHeader, block);
            source.Publish(0, FrameHeader.Samples(DType.U8, [4, 4], now), image);
        }
    }

    private static string[] Ids() => [.. Enumerable.Range(0, Units).Select(u => $"{u}")];

    /// <summary>A network that gives its behaviour back.</summary>
    private sealed class Echo : IFrozenNetwork
    {
        private readonly float[] _image = new float[16];
        private readonly float[] _behaviour = new float[4];
        private readonly float[] _output = new float[Rehearsal.Units];

        public string Name => "rehearsal";
        public string Hash => "";
        public IReadOnlyList<InputSpec> Inputs { get; } =
        [
            new() { Name = "image", Kind = InputKind.Image, Height = 4, Width = 4 },
            new() { Name = "behaviour", Kind = InputKind.Vector, Variables = ["a", "b", "a'", "a*b"] },
        ];
        public IReadOnlyList<string> UnitIds { get; } = Ids();
        public int Units => Rehearsal.Units;
        public int WarmUpSteps => 1;
        public int PredictionOffsetBins => 1;
        public ReadOnlySpan<float> Output => _output;

        public Span<float> Input(int index) => index == 0 ? _image : _behaviour;

        public void Run() => _behaviour.CopyTo(_output, 0);

        public void ResetState()
        {
        }

        public void Dispose()
        {
        }
    }

    private sealed class Dark : IStimulusDisplay
    {
        public string Name => "rehearsal";
        public IReadOnlyList<string> Stimuli { get; } = ["none"];
        public IReadOnlyList<double> Seconds { get; } = [1];
        public long FlippedNs => RigClock.Now;

        public bool TryTakeChange(out int stimulus, out long sinceNs)
        {
            (stimulus, sinceNs) = (-1, 0);
            return false;
        }

        public bool Show(int stimulus, bool queued, long commandedNs) => true;

        public void Answer(long bin, long frameNs, long dealtWithNs, bool decided)
        {
        }
    }

    private sealed class Nobody : ISessionSink
    {
        public void Message(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
        {
        }

        public void Bin(in BinRecord bin, ReadOnlySpan<SampleRange> streams)
        {
        }

        public void Event(ReadOnlySpan<byte> json)
        {
        }
    }
}
