using System.Runtime.InteropServices;
using LoopRig.Core;
using Xunit;

namespace LoopRig.Acquisition.Tests.Treadmill;

public sealed class TreadmillProcessorTests
{
    private const double CmPerCount = 2 * Math.PI * 3.1 / 1024;

    [Fact]
    public void Process_SteadyTurning_GivesItsSpeedHalfAWindowLate()
    {
        using Wheel wheel = new(Options with { SpeedWindowMs = 40, Reverse = true });
        for (int ms = 0; ms < 1000; ms++) wheel.Send(ms, ms < 500 ? 0 : (ms - 500) * 2);
        float[] speed = wheel.Channel(0);
        double expected = -2000 * CmPerCount;
        Assert.All(speed[..51], s => Assert.Equal(0, s));  // causal: nothing before the movement
        Assert.Equal(expected / 2, speed[52], -0.02 * expected); // half a window later half the speed
        Assert.Equal(expected, speed[54], -1e-3 * expected);
        Assert.Equal(expected, speed[99], -1e-3 * expected);
        Assert.Equal(-980 * CmPerCount, wheel.Channel(1)[99], 0.01);
        Assert.Equal(20_000_000, wheel.Streams[0].FilterDelayNs);
        Assert.Equal(0, wheel.Streams[0].LatencyNs);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(20000)]
    public void Process_AnyEncoderRate_GivesTheSameSpeedAtTheSameRate(int rateHz)
    {
        using Wheel wheel = new(Options);
        for (int i = 0; i <= 2 * rateHz; i++) wheel.Send(i * 1000.0 / rateHz, i * 4000.0 / rateHz);
        float[] speed = wheel.Channel(0);
        Assert.Equal(201, speed.Length);
        Assert.All(speed[20..], s => Assert.Equal(4000 * CmPerCount, s, 0.005 * 4000 * CmPerCount));
    }

    [Fact]
    public void Process_Sine_IsDampedAsTheFilterIsDescribed()
    {
        // -6 dB at 0.91 / window: 9.1 Hz of 100 ms.
        using Wheel wheel = new(Options with { OutputRateHz = 1000, CountsPerTurn = 1e6 });
        double cm = 2 * Math.PI * 3.1 / 1e6, hz = 9.1;
        for (int ms = 0; ms < 2000; ms++) wheel.Send(ms, Math.Round(1e5 * Math.Sin(2 * Math.PI * hz * ms / 1000)));
        double peak = wheel.Channel(0)[1000..].Max();
        Assert.Equal(0.5, peak / (1e5 * 2 * Math.PI * hz * cm), 0.02);
    }

    [Fact]
    public void Process_ArrayOfCountsThatBeginAgain_RunsOn()
    {
        foreach (int bits in (int[])[14, 16, 32])
        {
            using Wheel wheel = new(Options with { CounterBits = bits });
            long size = 1L << bits;
            for (int ms = 0; ms < 1000; ms++) wheel.Send(ms, (size - 500 + ms) % size);
            for (int ms = 1000; ms < 2000; ms++) wheel.Send(ms, (size + 500 - (ms - 1000)) % size);
            Assert.Equal(10 * CmPerCount, wheel.Channel(1)[^1], 1.5 * CmPerCount); // at 1990 ms, 10 counts above where it began
            Assert.All(wheel.Channel(0), s => Assert.InRange(Math.Abs(s), 0, 1001 * CmPerCount));
        }
    }

    [Fact]
    public void Advance_WithoutCounts_IsStandingStill()
    {
        using Wheel wheel = new(Options);
        for (int ms = 0; ms < 500; ms++) wheel.Send(ms, ms);
        wheel.Advance(1500);
        Assert.Equal(151, wheel.Channel(0).Length);
        Assert.All(wheel.Channel(0)[61..], s => Assert.Equal(0f, s));
        wheel.Send(1502, 500); // a single count at its own time
        wheel.Advance(1600);
        Assert.InRange(wheel.Channel(0)[155], 0.1 * CmPerCount / 0.1, 2 * CmPerCount / 0.1);
    }

    [Fact]
    public void Process_MessagesLost_IsTheirMeanSpeedAndNoSpike()
    {
        using Wheel wheel = new(Options);
        for (int ms = 0; ms < 3000; ms++)
        {
            if (ms is < 1000 or > 2000) wheel.Send(ms, 3 * ms);
        }

        Assert.All(wheel.Channel(0), s => Assert.InRange(s, 0, 3003 * CmPerCount));
        Assert.Equal(3 * 2990 * CmPerCount, wheel.Channel(1)[^1], 0.1);
    }

    [Fact]
    public void Process_TornReadings_AreLeftOutAndTold()
    {
        using Wheel wheel = new(Options with { CounterBits = 16 });
        for (int ms = 0; ms < 2500; ms++) wheel.Send(ms, ms % 100 is 50 or 51 ? 30_000 : ms);
        Assert.All(wheel.Channel(0), s => Assert.InRange(s, 0, 1001 * CmPerCount));
        Assert.Equal(2490 * CmPerCount, wheel.Channel(1)[^1], 0.1);
        Assert.Equal([1L, 20, 20], wheel.Reports.Select(r => r.Count)); // at once, and then once a second
        Assert.StartsWith("wheel: left out 20 reading(s) of the encoder", wheel.Reports[1].Text);
        Assert.Equal(0.9e9, wheel.Reports[1].EndNs - wheel.Reports[1].StartNs, 0.2e9);
    }

    [Fact]
    public void Process_CounterSetAnew_GoesOnFromThere()
    {
        using Wheel wheel = new(Options);
        for (int ms = 0; ms < 1000; ms++) wheel.Send(ms, ms < 500 ? 20_000 + ms : ms);
        Assert.All(wheel.Channel(0), s => Assert.InRange(s, 0, 1001 * CmPerCount));
        Assert.Equal(1000 * CmPerCount, wheel.Channel(0)[^1], 0.5);
        Assert.Contains("its counter was set anew", wheel.Reports[^1].Text);
    }

    [Fact]
    public void Process_HoleOfMinutes_MakesNothingUp()
    {
        using Wheel wheel = new(Options);
        for (int ms = 0; ms < 100; ms++) wheel.Send(ms, ms);
        for (int ms = 0; ms < 100; ms++) wheel.Send(600_000 + ms, 99);
        Assert.InRange(wheel.Channel(0).Length, 19, 22);
    }

    [Fact]
    public void Process_NewEpoch_ForgetsCounterFilterAndState()
    {
        using Wheel wheel = new(Options);
        for (int ms = 0; ms < 300; ms++) wheel.Send(ms, 5 * ms);
        wheel.Send(50, 70_000, FrameFlags.NewEpoch); // its clock and counter began elsewhere
        CollectedMessage first = wheel.Output.Messages.Last();
        Assert.True((first.Header.Flags & FrameFlags.NewEpoch) != 0);
        Assert.Equal((50_000_000L, 0f, 1f), (first.Header.DeviceTimeNs, first.Values[0], first.Values[2]));
        Assert.Equal(1, wheel.Output.Messages.Count(m => (m.Header.Flags & FrameFlags.NewEpoch) != 0));
    }

    [Fact]
    public void Process_SpeedAroundTheThresholds_HoldsItsFlags()
    {
        using Wheel wheel = new(Options with { CountsPerTurn = 1e5, MovingAboveCmPerS = 1, StillBelowCmPerS = 0.3, StillAfterMs = 200, RunningAboveCmPerS = 5, RunningEndsBelowCmPerS = 3 });
        double cm = 2 * Math.PI * 3.1 / 1e5, position = 0;
        (int Ms, double Speed, float Still, float Running)[] parts =
            [(0, 0.0, 1, 0), (1000, 0.8, 1, 0), (2000, 1.2, 0, 0), (3000, 0.5, 0, 0), (4000, 4, 0, 0), (5000, -6, 0, 1), (6000, -4, 0, 1), (7000, 2, 0, 0), (8000, 0.1, 1, 0)];
        for (int ms = 0; ms < 9000; ms++)
        {
            position += parts[ms / 1000].Speed / 1000 / cm;
            wheel.Send(ms, Math.Round(position));
        }

        foreach ((int ms, _, float still, float running) in parts)
        {
            int at = (ms + 900) / 10;
            Assert.Equal((ms, still, running), (ms, wheel.Channel(2)[at], wheel.Channel(3)[at]));
        }

        int over = Array.FindIndex(wheel.Channel(2), 800, s => s == 1);
        Assert.InRange(over, 820, 830); // 200 ms after the filter's end
    }

    [Fact]
    public void Process_EveryNumberType_ReadsTheChannelOfCounts()
    {
        foreach (DType type in (DType[])[DType.U16, DType.I16, DType.I32, DType.I64, DType.F32, DType.F64])
        {
            StreamDescriptor input = Counts with { DType = type, Shape = [2], Channels = ["switch", "counts"] };
            using TreadmillProcessor processor = new(Options, input);
            using CollectingOutput output = new();
            for (short i = 0; i < 40; i++)
            {
                byte[] payload = new byte[2 * type.Size()];
                byte[] number = type == DType.F32 ? BitConverter.GetBytes((float)i) : type == DType.F64 ? BitConverter.GetBytes((double)i) : BitConverter.GetBytes((long)i)[..type.Size()];
                number.CopyTo(payload, type.Size());
                processor.Process(FrameHeader.Samples(type, [2], i * 1_000_000), payload, output);
            }

            Assert.Equal(30 * CmPerCount, output.Messages[^1].Values[1], 1e-4);
        }
    }

    [Fact]
    public void Create_StreamWithoutCounts_SaysWhatItHas()
    {
        DeviceException error = Assert.Throws<DeviceException>(() => new TreadmillProcessor(Options, Counts with { Name = "imu", Shape = [2], Channels = ["gyro_x", "gyro_y"] }));
        Assert.Equal("wheel: the stream imu has no channel 'counts': it has gyro_x, gyro_y", error.Message);
        Assert.Contains("of type I8", Assert.Throws<DeviceException>(() => new TreadmillProcessor(Options, Counts with { DType = DType.I8 })).Message);
    }

    [Fact]
    public void Create_OptionOutOfRange_NamesTheKey()
    {
        (TreadmillOptions Options, string Key)[] wrong =
        [
            (Options with { RadiusCm = double.NaN }, "radiusCm"), (Options with { CountsPerTurn = 0 }, "countsPerTurn"), (Options with { CounterBits = 5 }, "counterBits"),
            (Options with { MovingAboveCmPerS = 0.1 }, "movingAboveCmPerS"), (Options with { RunningEndsBelowCmPerS = 9 }, "runningAboveCmPerS"),
        ];
        foreach ((TreadmillOptions options, string key) in wrong) Assert.Contains(key, Assert.Throws<DeviceException>(() => new TreadmillProcessor(options, Counts)).Message);
    }

    [Fact]
    public void Process_AfterTheFirst_AllocatesNothing()
    {
        using TreadmillProcessor processor = new(Options, Counts);
        AllocationOutput output = new(warmUp: 100);
        double[] count = new double[1];
        for (int ms = 0; ms < 5000; ms++)
        {
            count[0] = ms;
            processor.Process(FrameHeader.Samples(DType.F64, [1], ms * 1_000_000L), MemoryMarshal.AsBytes(count.AsSpan()), output);
        }

        Assert.Equal(0, output.Allocated);
    }

    private static TreadmillOptions Options => new() { Name = "wheel", CountsPerTurn = 1024, RadiusCm = 3.1 };

    private static StreamDescriptor Counts => new() { Name = "wheel/counts", Kind = StreamKind.Vector, DType = DType.F64, Shape = [1], Channels = ["counts"], ClockId = 7, Clock = "wheel" };

    private sealed class Wheel(TreadmillOptions options) : IDisposable
    {
        private readonly TreadmillProcessor _processor = new(options, Counts);

        internal CollectingOutput Output { get; } = new();

        internal List<SourceReport> Reports => Output.Reports;

        internal IReadOnlyList<StreamDescriptor> Streams => _processor.Streams;

        internal void Send(double ms, double count, FrameFlags flags = FrameFlags.None)
        {
            FrameHeader header = FrameHeader.Samples(DType.F64, [1], (long)Math.Round(ms * 1e6));
            header.Flags = flags;
            header.HostTimeNs = header.DeviceTimeNs + 1_000_000;
            _processor.Process(header, MemoryMarshal.AsBytes<double>(new[] { count }), Output);
        }

        internal void Advance(double ms) => _processor.Advance((long)(ms * 1e6), 0, Output);

        internal float[] Channel(int channel) => [.. Output.Messages.Select(m => m.Values[channel])];

        public void Dispose()
        {
            Output.Dispose();
            _processor.Dispose();
        }
    }
}
