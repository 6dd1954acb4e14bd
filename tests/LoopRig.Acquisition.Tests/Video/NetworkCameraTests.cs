using LoopRig.Core;
using Xunit;

namespace LoopRig.Acquisition.Tests.Video;

public sealed class NetworkCameraTests
{
    [Fact]
    public void Run_HttpCamera_IsLiveAndStampedOnReceipt()
    {
        using MjpegServer camera = new(frames: 200);
        using VideoAdapter adapter = new(new VideoOptions { Name = "camera", Source = camera.Url });
        Assert.Equal((0u, "rig"), (adapter.Streams[0].ClockId, adapter.Streams[0].Clock)); // it sends no times
        Assert.Equal([48, 64], adapter.Streams[0].Shape);
        using CollectingOutput output = new(stopAfter: 20);
        long before = RigClock.Now;
        adapter.Run(output, output.Stop);
        Assert.Equal(20, output.Messages.Count);
        Assert.All(output.Messages, m => Assert.InRange(m.Header.DeviceTimeNs, before, m.AtNs));
        Assert.InRange(output.Messages[5].Payload.Zip(JpegPicture.Pixels(64, 48), (a, b) => Math.Abs(a - b)).Average(), 0, 3);
    }

    [Fact]
    public void Run_HttpCameraThatEnds_IsOpenedAgain()
    {
        using MjpegServer camera = new(frames: 12);
        using VideoAdapter adapter = new(new VideoOptions { Name = "camera", Source = camera.Url });
        using CollectingOutput output = new(stopAfter: 30);
        adapter.Run(output, output.Stop);
        Assert.Equal(SourceReportKind.Lost, output.Reports[0].Kind);
        Assert.Contains(output.Reports, r => r.Kind == SourceReportKind.Returned);
        Assert.Contains(output.Messages, m => (m.Header.Flags & FrameFlags.NewEpoch) != 0);
    }

    [Fact]
    public void Run_RtspCamera_GivesPicturesAtItsOwnTimes()
    {
        using RtspServer camera = new();
        using VideoAdapter adapter = new(new VideoOptions { Name = "camera", Source = camera.Url });
        Assert.Equal("camera", adapter.Streams[0].Clock);
        Assert.NotEqual(0u, adapter.Streams[0].ClockId);
        Assert.False(camera.WasAskedForUdp);
        using CollectingOutput output = new(stopAfter: 20);
        adapter.Run(output, output.Stop);
        for (int i = 1; i < 20; i++) Assert.InRange(output.Messages[i].Header.DeviceTimeNs - output.Messages[i - 1].Header.DeviceTimeNs, RtspServer.PeriodNs - 20_000, RtspServer.PeriodNs + 20_000);
        int[] levels = [.. output.Messages.Select(m => (int)m.Payload[0])];
        Assert.All(levels.Zip(levels.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 1, 4)); // each frame is a little brighter
    }
}
