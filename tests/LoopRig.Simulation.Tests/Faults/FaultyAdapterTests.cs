using System.Buffers.Binary;
using LoopRig.Core;
using LoopRig.Simulation.Faults;
using Xunit;

namespace LoopRig.Simulation.Tests.Faults;

/// <summary>A source of 100 samples a second on its own host times, so that ten seconds take no time, with faults between it and its output.</summary>
public sealed class FaultyAdapterTests
{
    private const long PeriodNs = 10 * RigClock.MillisecondNs;
    private const int Samples = 1000;

    [Fact]
    public void Run_WithoutAFaultForTheStream_PassesEverythingOn()
    {
        var wire = Play(new PlannedFault { Kind = FaultKind.Gap, AtNs = 0, DurationNs = RigClock.SecondNs, Streams = ["other"] });
        Assert.Equal(Samples, wire.Of(0).Count);
        Assert.All(wire.Of(0), m => Assert.Equal((WireFault.None, FrameFlags.None), (m.Fault, m.Header.Flags)));
        Assert.Equal(Samples - 100, wire.Of(1).Count);
    }

    [Theory]
    [InlineData(FaultKind.Drop, WireFault.Lost)]
    [InlineData(FaultKind.Garbage, WireFault.Damaged)]
    public void Run_DropOrGarbage_StrikesTheShareWithinTheTimeAndReportsHowMany(FaultKind kind, WireFault expected)
    {
        var fault = new PlannedFault { Kind = kind, AtNs = 2 * RigClock.SecondNs, DurationNs = 4 * RigClock.SecondNs, Share = 0.25, Streams = ["one"] };
        var wire = Play(fault);
        var struck = wire.Of(0).Select((m, i) => (m.Fault, i)).Where(m => m.Fault == expected).Select(m => m.i).ToArray();
        Assert.InRange(struck.Length, 70, 130);
        Assert.All(struck, i => Assert.InRange(i, 200, 599));
        var truth = Assert.Single(wire.Reports);
        Assert.Equal((0, SourceReportKind.Injected, kind, (long)struck.Length), (truth.Stream, truth.Report.Kind, truth.Report.Injected!.Value, truth.Report.Count));
        Assert.Equal((2.0, 6.0), (Seconds(truth.Report.StartNs), Seconds(truth.Report.EndNs)));
        Assert.Equal(wire.Of(0).Select(m => m.Fault), Play(fault).Of(0).Select(m => m.Fault)); // the same plan, the same losses
    }

    [Theory]
    [InlineData(FaultKind.Gap, FrameFlags.None)]
    [InlineData(FaultKind.Disconnect, FrameFlags.NewEpoch)]
    public void Run_GapOrDisconnect_WithholdsAndComesBack(FaultKind kind, FrameFlags first)
    {
        var wire = Play(new PlannedFault { Kind = kind, AtNs = 3 * RigClock.SecondNs, DurationNs = RigClock.SecondNs, Streams = ["one"] });
        var times = wire.Of(0).Select(m => Seconds(m.Header.HostTimeNs)).ToArray();
        Assert.Equal(Samples - 100, times.Length);
        Assert.DoesNotContain(times, t => t is >= 3 and < 4);
        Assert.Equal(first, wire.Of(0)[300].Header.Flags);
        Assert.Equal(FrameFlags.None, wire.Of(0)[301].Header.Flags);
        Assert.Equal(100, Assert.Single(wire.Reports).Report.Count);
    }

    [Fact]
    public void Run_FreezeOfBlocks_RepeatsOneSampleAndLetsTimeGoOn()
    {
        var wire = Play(new PlannedFault { Kind = FaultKind.Freeze, AtNs = RigClock.SecondNs, DurationNs = 2 * RigClock.SecondNs, Streams = ["other"] });
        var frozen = wire.Of(1).Where(m => Seconds(m.Header.HostTimeNs) is >= 1 and < 3).ToArray();
        Assert.Equal(200, frozen.Length);
        var value = BinaryPrimitives.ReadSingleLittleEndian(frozen[0].Payload.AsSpan(16));
        for (var i = 0; i < frozen.Length; i++)
        {
            Assert.Equal(value, BinaryPrimitives.ReadSingleLittleEndian(frozen[i].Payload.AsSpan(16)));
            Assert.Equal(value, BinaryPrimitives.ReadSingleLittleEndian(frozen[i].Payload.AsSpan(20)));
            Assert.Equal(frozen[i].Header.DeviceTimeNs, BinaryPrimitives.ReadInt64LittleEndian(frozen[i].Payload.AsSpan(8)));
        }
        Assert.NotEqual(value, BinaryPrimitives.ReadSingleLittleEndian(wire.Of(1)[300].Payload.AsSpan(16)));
    }

    [Fact]
    public void Run_ClockReset_BeginsAgainAtZeroOnAClockOfItsOwn()
    {
        using var adapter = Adapter(new PlannedFault { Kind = FaultKind.ClockReset, AtNs = 4 * RigClock.SecondNs, Streams = ["other"] });
        Assert.Equal((0u, "rig"), (adapter.Streams[0].ClockId, adapter.Streams[0].Clock));
        Assert.NotEqual(0u, adapter.Streams[1].ClockId);
        Assert.Equal("other-device", adapter.Streams[1].Clock);
        var wire = new Wire();
        adapter.Run(wire, TestContext.Current.CancellationToken);
        Assert.All(wire.Of(1), m => Assert.Equal(adapter.Streams[1].ClockId, m.Header.Clock.Value));
        for (var i = 0; i < Samples; i++)
        {
            var since = (i < 400 ? i : i - 400) * PeriodNs + PeriodNs / 2; // a block's last sample is half a period after its first
            Assert.Equal(since, wire.Of(1)[i].Header.DeviceTimeNs);
            Assert.Equal(since, BinaryPrimitives.ReadInt64LittleEndian(wire.Of(1)[i].Payload.AsSpan(8)));
        }
        Assert.Equal(FaultKind.ClockReset, Assert.Single(wire.Reports).Report.Injected);
    }

    [Fact]
    public void Run_Jitter_DelaysSomeAndLosesAndReordersNone()
    {
        var wire = new Wire();
        using (var adapter = new FaultyAdapter(new Source(60, realTime: true), [new PlannedFault
        {
            Kind = FaultKind.Jitter,
            AtNs = 100 * RigClock.MillisecondNs,
            DurationNs = 300 * RigClock.MillisecondNs,
            DelayNs = 80 * RigClock.MillisecondNs,
            Streams = ["one"],
        }]))
        {
            adapter.Run(wire, TestContext.Current.CancellationToken);
        }
        var messages = wire.Of(0);
        Assert.Equal(60, messages.Count);
        Assert.Equal(messages.Select(m => m.Header.DeviceTimeNs).Order(), messages.Select(m => m.Header.DeviceTimeNs));
        Assert.True(messages.Count(m => m.ReceivedNs - m.Header.DeviceTimeNs > 15 * RigClock.MillisecondNs) > 5);
    }

    [Fact]
    public void Create_StreamThatTheAdapterDoesNotHave_NamesItAndThose()
    {
        var error = Assert.Throws<LoopRigException>(() => Adapter(new PlannedFault { Kind = FaultKind.Gap, AtNs = 0, DurationNs = 1, Streams = ["two"] }));
        Assert.Contains("'two'", error.Message);
        Assert.Contains("one, other", error.Message);
    }

    [Fact]
    public void Run_SourceEndsDuringAFault_TheTruthIsToldAllTheSame()
    {
        var wire = Play(new PlannedFault { Kind = FaultKind.Gap, AtNs = 9 * RigClock.SecondNs, DurationNs = 100 * RigClock.SecondNs, Streams = ["one"] });
        Assert.Equal(100, Assert.Single(wire.Reports).Report.Count);
    }

    private static FaultyAdapter Adapter(PlannedFault fault) => new(new Source(Samples, realTime: false), [fault]);

    private static Wire Play(PlannedFault fault)
    {
        var wire = new Wire();
        using var adapter = Adapter(fault);
        adapter.Run(wire, TestContext.Current.CancellationToken);
        return wire;
    }

    private static double Seconds(long ns) => Math.Round((ns - Source.StartNs) / 1e9, 6);

    /// <summary>One stream of single samples, one of blocks of two.</summary>
    private sealed class Source(int samples, bool realTime) : IAdapter
    {
        public const long StartNs = 500 * RigClock.SecondNs;

        public string Name => "source";
        public long Drops => 0;
        public IReadOnlyList<StreamDescriptor> Streams { get; } = [Stream("one"), Stream("other")];

        public void Run(IStreamOutput output, CancellationToken stop)
        {
            var single = new byte[4];
            var block = new byte[24];
            var start = realTime ? RigClock.Now : StartNs;
            for (var i = 0; i < samples; i++)
            {
                var now = start + i * PeriodNs;
                if (realTime)
                {
                    stop.WaitHandle.WaitOne((int)Math.Max(0, (now - RigClock.Now) / RigClock.MillisecondNs));
                }
                BinaryPrimitives.WriteSingleLittleEndian(single, i);
                output.Publish(0, FrameHeader.Samples(DType.F32, [1], now) with { HostTimeNs = realTime ? 0 : now }, single);
                BinaryPrimitives.WriteInt64LittleEndian(block, now);
                BinaryPrimitives.WriteInt64LittleEndian(block.AsSpan(8), now + PeriodNs / 2);
                BinaryPrimitives.WriteSingleLittleEndian(block.AsSpan(16), 2 * i);
                BinaryPrimitives.WriteSingleLittleEndian(block.AsSpan(20), 2 * i + 1);
                output.Publish(1, FrameHeader.Samples(DType.F32, [2, 1], now + PeriodNs / 2) with { HostTimeNs = realTime ? 0 : now, Flags = FrameFlags.SampleTimes }, block);
            }
        }

        public void Dispose()
        {
        }

        private static StreamDescriptor Stream(string name) => new() { Name = name, Kind = StreamKind.Vector, DType = DType.F32, Shape = [1], RateHz = 100 };
    }

    private sealed class Wire : IFaultyOutput
    {
        private readonly List<(int Stream, FrameHeader Header, byte[] Payload, WireFault Fault, long ReceivedNs)> _messages = [];

        public List<(int Stream, SourceReport Report)> Reports { get; } = [];

        public List<(int Stream, FrameHeader Header, byte[] Payload, WireFault Fault, long ReceivedNs)> Of(int stream) => [.. _messages.Where(m => m.Stream == stream)];

        public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload) => Publish(stream, header, payload, WireFault.None);

        public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload, WireFault fault)
        {
            lock (_messages)
            {
                _messages.Add((stream, header, payload.ToArray(), fault, RigClock.Now));
            }
        }

        public void Report(int stream, in SourceReport report) => Reports.Add((stream, report));
    }
}
