using LoopRig.Core;
using Xunit;

namespace LoopRig.Acquisition.Tests;

public sealed class VideoAdapterTests
{
    private static VideoOptions Worldcam => new()
    {
        Name = "worldcam",
        Source = SharedData.Path("worldcam/gopro_max-heromode.mp4"),
        Pace = Pace.FullSpeed,
        Derived = [new(60, 80), new(36, 64)],
    };

    [Fact]
    public void Streams_OfTheRealWorldcam_AreDescribed()
    {
        using VideoAdapter adapter = new(Worldcam with { Crop = new CropOptions { X = 104, Y = 0, Width = 640, Height = 480 } });
        Assert.Equal(["worldcam", "worldcam/60x80", "worldcam/36x64"], adapter.Streams.Select(s => s.Name));
        Assert.Equal([480, 640], adapter.Streams[0].Shape);
        Assert.Equal([36, 64], adapter.Streams[2].Shape);
        Assert.All(adapter.Streams, s => Assert.Equal((StreamKind.Image, DType.U8, 0u), (s.Kind, s.DType, s.ClockId)));
        Assert.Equal(29.97, adapter.Streams[0].RateHz, 0.01);
    }

    [Fact]
    public void Run_RealWorldcam_PublishesEveryFrameOnEveryStreamAtTheVideosTimes()
    {
        using CollectingOutput output = CollectingOutput.RunAll(new VideoAdapter(Worldcam));
        CollectedMessage[] small = output.Of(1);
        Assert.Equal(315, small.Length);
        Assert.Equal(315, output.Of(0).Length);
        Assert.Equal(4800, small[0].Payload.Length);
        Assert.Equal(848 * 480, output.Of(0)[0].Payload.Length);
        for (int i = 1; i < small.Length; i++)
        {
            Assert.Equal(1001 / 30000.0, (small[i].Header.DeviceTimeNs - small[i - 1].Header.DeviceTimeNs) / 1e9, 1e-6);
            Assert.Equal(small[i].Header.DeviceTimeNs, output.Of(0)[i].Header.DeviceTimeNs);
        }

        Assert.NotEqual(small[0].Payload, small[100].Payload);
        Assert.Equal(Mean(output.Of(0)[100].Payload), Mean(small[100].Payload), 2.0); // area means keep the mean brightness
    }

    [Fact]
    public void Run_Colour_PublishesThreeChannels()
    {
        using CollectingOutput output = CollectingOutput.RunAll(new VideoAdapter(Worldcam with { Grey = false, Crop = new CropOptions { X = 8, Y = 4, Width = 20, Height = 10 } }), stopAfter: 3);
        Assert.Equal((3, 10u, 20u, 3u), (output.Messages[0].Header.Rank, output.Messages[0].Header.Shape[0], output.Messages[0].Header.Shape[1], output.Messages[0].Header.Shape[2]));
        Assert.Equal(600, output.Messages[0].Payload.Length);
        Assert.Equal(4800, output.Messages[1].Payload.Length);
    }

    [Fact]
    public void Run_Looping_StartsANewEpochAndTimeGoesOn()
    {
        VideoOptions eye = new() { Name = "eye", Source = SharedData.Path("eye/eyeloop_short_mouse_noblink.m4v"), Loop = true, Pace = Pace.FullSpeed };
        using CollectingOutput output = CollectingOutput.RunAll(new VideoAdapter(eye), stopAfter: 700);
        Assert.Equal(700, output.Messages.Count);
        Assert.Equal([309, 618], Enumerable.Range(0, 700).Where(i => (output.Messages[i].Header.Flags & FrameFlags.NewEpoch) != 0));
        for (int i = 1; i < 700; i++) Assert.InRange(output.Messages[i].Header.DeviceTimeNs - output.Messages[i - 1].Header.DeviceTimeNs, 0, 70_000_000);
        Assert.InRange(output.Messages[309].Header.DeviceTimeNs - output.Messages[308].Header.DeviceTimeNs, 60_000_000, 70_000_000);
        Assert.Equal(output.Messages[5].Payload, output.Messages[314].Payload);
    }

    [Fact]
    public void Run_InRealTime_PublishesNoFrameBeforeItsTime()
    {
        using CollectingOutput output = CollectingOutput.RunAll(new VideoAdapter(Worldcam with { Pace = Pace.RealTime, Derived = [] }), stopAfter: 20);
        Assert.All(output.Messages, m => Assert.True(m.AtNs >= m.Header.DeviceTimeNs));
        Assert.True(output.Messages[19].AtNs - output.Messages[0].Header.DeviceTimeNs >= 19 * 33_000_000L);
        Assert.All(output.Messages, m => Assert.Equal(0, m.Header.HostTimeNs)); // the output's to set
    }

    [Fact]
    public void Run_Stopped_EndsWhileWaiting()
    {
        using CollectingOutput output = CollectingOutput.RunAll(new VideoAdapter(Worldcam with { Pace = Pace.RealTime, Derived = [] }), stopAfter: 1);
        Assert.Single(output.Messages);
        Assert.Equal(0, output.Surplus);
    }

    [Fact]
    public void Run_LiveStreamThatEnds_IsToldAndOpenedAgain()
    {
        using LiveStream camera = new(frames: 300, staysOpen: false, connections: 2);
        using VideoAdapter adapter = new(new VideoOptions { Name = "camera", Source = camera.Url });
        Assert.Equal("camera", adapter.Streams[0].Clock);
        using CollectingOutput output = new(stopAfter: 450);
        adapter.Run(output, output.Stop);
        Assert.Equal([SourceReportKind.Lost, SourceReportKind.Returned], output.Reports.Select(r => r.Kind));
        Assert.Equal($"{camera.Url}: the stream has ended", output.Reports[0].Text);
        Assert.Equal([300], Enumerable.Range(0, 450).Where(i => (output.Messages[i].Header.Flags & FrameFlags.NewEpoch) != 0));
    }

    [Fact]
    public void Run_LiveStreamThatIsStopped_Returns()
    {
        using LiveStream camera = new(frames: 300, staysOpen: true);
        using VideoAdapter adapter = new(new VideoOptions { Name = "camera", Source = camera.Url });
        using CollectingOutput output = new(stopAfter: 20);
        adapter.Run(output, output.Stop);
        Assert.Equal((20, 0), (output.Messages.Count, output.Surplus));
    }

    [Fact]
    public void Create_WrongSource_NamesIt()
    {
        Assert.Contains("/nowhere/w.mp4: no such file", Assert.Throws<DeviceException>(() => new VideoAdapter(new VideoOptions { Name = "w", Source = "/nowhere/w.mp4" })).Message);
        string path = Path.GetTempFileName();
        try
        {
            Assert.Contains(path, Assert.Throws<DeviceException>(() => new VideoAdapter(new VideoOptions { Name = "w", Source = path })).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Create_CropOutsideThePicture_SaysBothSizes()
    {
        string message = Assert.Throws<DeviceException>(() => new VideoAdapter(Worldcam with { Crop = new CropOptions { X = 400, Width = 500, Height = 100 } })).Message;
        Assert.Contains("500x100", message);
        Assert.Contains("848x480", message);
    }

    private static double Mean(byte[] pixels) => pixels.Average(p => (double)p);
}
