using LoopRig.Core;
using Xunit;

namespace LoopRig.Simulation.Tests;

public sealed class DigitalMouseAdapterTests
{
    private static readonly MouseOptions s_small = new() { Seed = 5, Units = 6 };

    [Fact]
    public void Run_AsFastAsPossible_EndsWithTheSimulatedTime()
    {
        var output = new RecordedStreams();
        using var adapter = new DigitalMouseAdapter("mouse", new DigitalMouse(s_small), realTime: false, durationNs: 2 * RigClock.SecondNs);
        adapter.Run(output, TestContext.Current.CancellationToken);
        Assert.Equal(RecordedStreams.Live(s_small, 2).Checksum(), output.Checksum());
    }

    [Fact]
    public void Run_InRealTime_NeverDeliversBeforeTheSampleIsDue()
    {
        var output = new TimedStreams();
        using var adapter = new DigitalMouseAdapter("mouse", new DigitalMouse(s_small), realTime: true, durationNs: RigClock.SecondNs / 2);
        long begun = RigClock.Now;
        adapter.Run(output, TestContext.Current.CancellationToken);
        Assert.Equal(0, output.Early);
        Assert.InRange(output.Frames, 30, 32);
        Assert.True(RigClock.Now - begun >= RigClock.SecondNs * 48 / 100);
        Assert.Equal(0, adapter.Mouse.StartNs % (48 * RigClock.MillisecondNs));
    }

    [Fact]
    public void Run_WhenStopped_Returns()
    {
        using var stop = new CancellationTokenSource();
        using var adapter = new DigitalMouseAdapter("mouse", new DigitalMouse(s_small), realTime: true);
        adapter.Run(new StoppingStreams(stop), stop.Token);
        Assert.True(stop.IsCancellationRequested);
    }

    private sealed class TimedStreams : IStreamOutput
    {
        public int Early { get; private set; }

        public int Frames { get; private set; }

        public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
        {
            Early += header.DeviceTimeNs > RigClock.Now || header.HostTimeNs != 0 ? 1 : 0;
            Frames += stream == 0 ? 1 : 0;
        }
    }

    private sealed class StoppingStreams(CancellationTokenSource stop) : IStreamOutput
    {
        private int _left = 50;

        public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
        {
            if (--_left == 0)
                stop.Cancel();
        }
    }
}
