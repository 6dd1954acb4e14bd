using LoopRig.Core;
using Xunit;

namespace LoopRig.Simulation.Tests;

public sealed class ClockTrialTests
{
    private const double MillisecondNs = 1e6;

    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    public void Run_OfTenMinutesWithTwoResets_AlignsEveryStreamWithinOneMillisecond(ulong seed)
    {
        var trial = ClockTrial.TenMinutes(seed);
        var live = new AlignerConverter(trial.Streams);
        var result = trial.Run(live)[0];
        for (var device = 0; device < trial.Devices.Count; device++)
        {
            Assert.InRange(result.ErrorNs(0.99, device), 0, 1 * MillisecondNs);
            Assert.InRange(result.Coverage(device), 0.95, 1);
        }
        Assert.InRange(result.Coverage(), 0.95, 1);
        Assert.All(result.Recoveries(), recovery => Assert.InRange(recovery.Seconds, 0, 1));
        Assert.Equal(0, result.Backwards);
        Assert.Equal([1L, 0L, 1L, 0L], live.Aligner.Clocks.Devices.Select(c => c.Fit.Resets));
        Assert.All(live.Aligner.Clocks.Devices, c => Assert.Equal(0, c.Fit.Outliers));
        Assert.All(live.Aligner.Counters, c => Assert.Equal(0, c.Ahead));
    }

    [Theory]
    [InlineData(DelayKind.Uniform)]
    [InlineData(DelayKind.TwoStage)]
    [InlineData(DelayKind.HalfNormal)]
    public void Run_WithOtherDelays_HoldsTheSame(DelayKind kind)
    {
        var trial = ClockTrial.TenMinutes(4);
        trial = trial with { Devices = [.. trial.Devices.Select(d => d with { Delay = kind })] };
        var result = trial.Run(new AlignerConverter(trial.Streams))[0];
        Assert.InRange(result.ErrorNs(0.99), 0, 1 * MillisecondNs);
        Assert.InRange(result.Coverage(), 0.95, 1);
        Assert.All(result.Recoveries(), recovery => Assert.InRange(recovery.Seconds, 0, 4));
    }

    [Fact]
    public void Run_WithTheStatedUncertaintyMadeSmaller_CoversLess()
    {
        // The trial can tell a good uncertainty from a bold one.
        var trial = ClockTrial.TenMinutes(1) with { Seconds = 100 };
        var result = trial.Run(new AlignerConverter(trial.Streams), new Bold(new AlignerConverter(trial.Streams)));
        Assert.True(result[1].Coverage() < 0.9, $"{result[1].Coverage()}");
        Assert.True(result[0].Coverage() > 0.95, $"{result[0].Coverage()}");
    }

    private sealed class Bold(IClockConverter inner) : IClockConverter
    {
        public void Take(int stream, in FrameHeader header, ReadOnlySpan<byte> payload) => inner.Take(stream, header, payload);
        public long ToRig(int stream, long deviceNs) => inner.ToRig(stream, deviceNs);
        public double UncertaintyNs(int stream, long deviceNs) => inner.UncertaintyNs(stream, deviceNs) / 20;
    }
}
