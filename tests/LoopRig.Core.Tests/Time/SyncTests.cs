using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Xunit;

namespace LoopRig.Core.Tests.Time;

public sealed class SyncTests
{
    private const double Second = 1e9;
    private const double Ms = 1e6;
    // What the second device's messages all take and nobody declared.
    private const double HiddenDelayNs = 30e6;

    private readonly Random _random = new(4);
    private readonly List<(double From, double To)> _pulses = [];

    [Fact]
    public void Observe_OfPulsesThatTwoDevicesSee_TiesOneClockToTheOtherThroughAHiddenDelay()
    {
        var clocks = new RigClocks([Stream("probe"), Stream("camera")], "probe");
        var (without, _) = Run(clocks, 0, 10);
        Assert.InRange(without, 0.9 * HiddenDelayNs, 1.1 * HiddenDelayNs); // no pulse matched yet: the delay looks like the clock
        Run(clocks, 10, 40);
        var (_, with) = Run(clocks, 40, 100);
        Assert.InRange(with, 0, 0.5 * Ms);
        var fit = clocks.Devices[1].Fit;
        Assert.True(fit.BySync);
        Assert.InRange(fit.UncertaintyNs, 1e3, 1 * Ms);
        Assert.InRange(fit.Sync.Matched, 100, 140);
        Assert.False(clocks.Devices[0].Fit.BySync);
        _pulses.Clear();
        Run(clocks, 100, 300, pulses: false); // the cable was pulled: by its messages again
        Assert.False(clocks.Devices[1].Fit.BySync);
    }

    [Fact]
    public void Observe_OfPulsesAfterADeviceStartedAgain_TiesItAnew()
    {
        var clocks = new RigClocks([Stream("probe"), Stream("camera")], "probe");
        Run(clocks, 0, 40);
        Run(clocks, 40, 80, cameraJumpNs: -3_000_000_000);
        var (_, with) = Run(clocks, 80, 120, cameraJumpNs: -3_000_000_000);
        Assert.InRange(with, 0, 0.5 * Ms);
        Assert.Equal((1L, true), (clocks.Devices[1].Fit.Resets, clocks.Devices[1].Fit.BySync));
    }

    [Fact]
    public void Observe_OfPulseEventsOnTheRigClock_TiesTheDeviceToIt()
    {
        StreamDescriptor[] streams = [Stream("pulser") with { ClockId = 0, Clock = "rig", RateHz = 0, Channels = ["sync"], Shape = [1] }, Stream("camera")];
        var clocks = new RigClocks(streams, "pulser");
        var next = 0;
        for (var i = 0; i < 6000; i++)
        {
            var at = i * 0.01 * Second;
            MakePulses(at);
            for (; next < _pulses.Count && _pulses[next].From <= at; next++)
            {
                var ns = (long)_pulses[next].From;
                clocks.Observe(clocks[0], FrameHeader.Samples(DType.F32, [1], ns) with { HostTimeNs = ns + 1_000_000 }, MemoryMarshal.AsBytes<float>([1]));
            }
            Send(clocks, 1, at, 0);
        }
        Assert.True(clocks.Devices[0].Fit.BySync);
        Assert.Equal(60 * Second, clocks[1].ToRig(Shows(1, 60 * Second, 0)), 0.5 * Ms);
    }

    private static StreamDescriptor Stream(string name) => new()
    {
        Name = name,
        Kind = StreamKind.Vector,
        DType = DType.F32,
        Shape = [2],
        Channels = ["signal", "sync"],
        RateHz = 1000,
        Clock = name,
        ClockId = ClockId.Of(name).Value,
    };

    private static long Shows(int device, double trueNs, long jumpNs) => device == 0 ? (long)(trueNs * (1 + 20e-6)) + 5_000_000_000 : (long)(trueNs * (1 - 45e-6)) + 60_000_000_000 + jumpNs;

    // Both devices, blocks of ten samples at 1 kHz. The errors of the second one: after two seconds, and of the last block.
    private (double First, double Last) Run(RigClocks clocks, double from, double to, long cameraJumpNs = 0, bool pulses = true)
    {
        double first = 0, last = 0;
        for (var at = from * Second; at < to * Second; at += 0.01 * Second)
        {
            if (pulses)
            {
                MakePulses(at);
            }
            Send(clocks, 0, at, 0);
            Send(clocks, 1, at, cameraJumpNs);
            last = Math.Abs(clocks[1].ToRig(Shows(1, at, cameraJumpNs)) - at);
            first = at - from * Second < 2 * Second ? last : first;
        }
        return (first, last);
    }

    private void MakePulses(double at)
    {
        while (_pulses.Count == 0 || _pulses[^1].To < at)
        {
            var from = Math.Max(at, _pulses.Count == 0 ? 0 : _pulses[^1].To) + Second * (0.2 + _random.NextDouble());
            _pulses.Add((from, from + 0.05 * Second));
        }
    }

    private void Send(RigClocks clocks, int device, double at, long jumpNs)
    {
        const int Samples = 10;
        var payload = new byte[Samples * (sizeof(long) + 2 * sizeof(float))];
        for (var i = 0; i < Samples; i++)
        {
            var trueNs = at - (Samples - 1 - i) * 1e6;
            BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(i * sizeof(long)), Shows(device, trueNs, jumpNs));
            BinaryPrimitives.WriteSingleLittleEndian(payload.AsSpan(Samples * sizeof(long) + (2 * i + 1) * sizeof(float)), _pulses.Exists(p => p.From <= trueNs && trueNs < p.To) ? 3.3f : 0.02f);
        }
        var header = FrameHeader.Samples(DType.F32, [Samples, 2], Shows(device, at, jumpNs));
        header.Flags = FrameFlags.SampleTimes;
        header.HostTimeNs = (long)(at - Math.Log(1 - _random.NextDouble()) * 2e6 + (device == 1 ? HiddenDelayNs : 0));
        clocks.Observe(clocks[device], header, payload);
    }
}
