using LoopRig.Core;
using LoopRig.Native.Tests.V4l2;
using LoopRig.Native.V4l2;
using Xunit;

namespace LoopRig.Acquisition.Tests.Video;

/// <summary>A camera of this computer as an adapter, against a played kernel: no camera exists where these tests run.</summary>
public sealed class CameraSourceTests : IDisposable
{
    private const string Path = "/dev/video0";
    private readonly FakeV4l2 _kernel = new();
    private readonly FakeCamera _camera = new();

    public CameraSourceTests() => _kernel.Cameras[Path] = _camera;

    public void Dispose() => _kernel.Dispose();

    [Fact]
    public void Run_GreyCamera_PublishesItsPixelsAtTheKernelsTime()
    {
        FakeFrame[] frames = [.. Enumerable.Range(0, 8).Select(i => Frame(i))];
        _kernel.Deliver(_camera, frames);
        using CollectingOutput output = Run(stopAfter: 8);
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal(frames[i].Bytes, output.Messages[i].Payload);
            Assert.Equal((frames[i].TimeNs, 0u), (output.Messages[i].Header.DeviceTimeNs, output.Messages[i].Header.Clock.Value));
        }

        Assert.Empty(output.Reports);
    }

    [Fact]
    public void Run_DriverDropsFrames_CountsAndReportsThem()
    {
        using VideoAdapter adapter = Open();
        _kernel.Deliver(_camera, Frame(0, uint.MaxValue - 1), Frame(1, uint.MaxValue), Frame(5, 3), Frame(6, 4)); // the count wraps, and three are missing
        using CollectingOutput output = new(stopAfter: 4);
        adapter.Run(output, output.Stop);
        Assert.Equal(3, adapter.Drops);
        SourceReport report = Assert.Single(output.Reports);
        Assert.Equal((SourceReportKind.Dropped, 3L, Frame(1).TimeNs, Frame(5).TimeNs), (report.Kind, report.Count, report.StartNs, report.EndNs));
    }

    [Fact]
    public void Run_FramesOfTheTimeBeforeIt_AreNotPublished()
    {
        using VideoAdapter adapter = Open();
        _kernel.Deliver(_camera, [.. Enumerable.Range(0, 90).Select(i => Frame(i))]);
        _kernel.Fill(_camera); // the network was loaded meanwhile
        _kernel.Deliver(_camera, Frame(90), Frame(91));
        using CollectingOutput output = new(stopAfter: 2);
        adapter.Run(output, output.Stop);
        Assert.Equal([Frame(90).TimeNs, Frame(91).TimeNs], output.Messages.Select(m => m.Header.DeviceTimeNs));
        Assert.Empty(output.Reports);
        Assert.Equal(0, adapter.Drops);
    }

    [Fact]
    public void Run_CameraThatStops_IsLostAndOpenedAgainUntilItReturns()
    {
        _kernel.Deliver(_camera, Frame(0), Frame(1));
        using CollectingOutput output = Run(stopAfter: 4, onReport: report =>
        {
            if (report.Kind == SourceReportKind.Lost) _kernel.Deliver(_camera, Frame(70, 0), Frame(71, 1));
        });
        Assert.Equal([SourceReportKind.Lost, SourceReportKind.Returned], output.Reports.Select(r => r.Kind));
        Assert.Contains("no frame for 60 ms", output.Reports[0].Text, StringComparison.Ordinal);
        Assert.Equal(output.Reports[0].StartNs, output.Reports[1].StartNs);
        Assert.True(output.Reports[1].EndNs > output.Reports[1].StartNs);
        Assert.Equal([2], Enumerable.Range(0, 4).Where(i => (output.Messages[i].Header.Flags & FrameFlags.NewEpoch) != 0));
        Assert.Equal(2, _kernel.OpenCount);
    }

    [Fact]
    public async Task Run_CameraThatStaysSilent_IsLostOnceFromItsLastFrame()
    {
        using VideoAdapter adapter = Open();
        using CollectingOutput output = new(stopAfter: 2);
        _kernel.Deliver(_camera, Frame(0));
        Task run = Task.Run(() => adapter.Run(output, output.Stop), TestContext.Current.CancellationToken);
        while (_kernel.OpenCount < 3) await Task.Delay(5, TestContext.Current.CancellationToken); // twice opened again for nothing
        long before = RigClock.Now;
        _kernel.Deliver(_camera, Frame(70, 0));
        await run;
        Assert.Equal([SourceReportKind.Lost, SourceReportKind.Returned], output.Reports.Select(r => r.Kind));
        Assert.Equal(output.Reports[0].StartNs, output.Reports[1].StartNs);
        Assert.True(before - output.Reports[0].StartNs > 2 * 60 * RigClock.MillisecondNs);
    }

    [Fact]
    public void Run_UnpluggedAndAnotherPluggedIn_WaitsForTheRightOne()
    {
        _kernel.Deliver(_camera, Frame(0));
        FakeCamera another = new() { Card = "Stereo Microscope" }, back = new();
        bool toldOfAnother = false;
        using CollectingOutput output = Run(stopAfter: 2, card: "Fake", onMessage: count =>
        {
            if (count != 1) return;
            _camera.IsUnplugged = true;
            _kernel.Cameras[Path] = another;
        }, onReport: report =>
        {
            if (report.Kind != SourceReportKind.Mismatch) return;
            toldOfAnother = true;
            _kernel.Cameras[Path] = back;
            _kernel.Deliver(back, Frame(9, 0));
        });
        Assert.True(toldOfAnother);
        Assert.Equal([SourceReportKind.Lost, SourceReportKind.Mismatch, SourceReportKind.Returned], output.Reports.Select(r => r.Kind));
        Assert.Contains("is 'Stereo Microscope', not the camera 'Fake'", output.Reports[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ComesBackWithAnotherSize_SaysSoAndWaits()
    {
        _kernel.Deliver(_camera, Frame(0));
        FakeCamera larger = new() { Size = (64, 32) }, back = new();
        using CollectingOutput output = Run(stopAfter: 2, onMessage: count =>
        {
            if (count != 1) return;
            _camera.IsUnplugged = true;
            _kernel.Cameras[Path] = larger;
        }, onReport: report =>
        {
            if (report.Kind != SourceReportKind.Mismatch) return;
            _kernel.Cameras[Path] = back;
            _kernel.Deliver(back, Frame(9, 0));
        });
        Assert.Contains("came back with 64x32", output.Reports.Single(r => r.Kind == SourceReportKind.Mismatch).Text, StringComparison.Ordinal);
        Assert.Equal(2, output.Messages.Count);
    }

    [Fact]
    public void Run_CutFramesAndThoseThatTheDriverMarks_AreGarbage()
    {
        using VideoAdapter adapter = Open();
        _kernel.Deliver(_camera, Frame(0), new FakeFrame(new byte[100], 1, 1), Frame(2) with { IsDamaged = true }, Frame(3));
        using CollectingOutput output = new(stopAfter: 2);
        adapter.Run(output, output.Stop);
        Assert.Equal(2, adapter.Drops);
        Assert.All(output.Reports, r => Assert.Equal(SourceReportKind.Garbage, r.Kind));
        Assert.Contains("100 bytes of 512", output.Reports[0].Text, StringComparison.Ordinal);
        Assert.Equal(Frame(3).Bytes, output.Messages[1].Payload);
    }

    [Fact]
    public void Run_ManyBadFrames_AreToldOnceASecondAndAllCounted()
    {
        using VideoAdapter adapter = Open();
        _kernel.Deliver(_camera, Frame(0));
        for (int i = 1; i < 100; i++) _kernel.Deliver(_camera, Frame(2 * i) with { IsDamaged = i < 99 }); // every second one is dropped as well
        using CollectingOutput output = new(stopAfter: 2);
        adapter.Run(output, output.Stop);
        Assert.Equal((99L, 98L), (Counted(SourceReportKind.Dropped), Counted(SourceReportKind.Garbage)));
        Assert.Equal(99 + 98, adapter.Drops);
        Assert.InRange(output.Reports.Count, 2, 8);

        long Counted(SourceReportKind kind) => output.Reports.Where(r => r.Kind == kind).Sum(r => r.Count);
    }

    [Fact]
    public void Run_Mjpeg_DecodesAndCountsWhatIsNoPicture()
    {
        (_camera.Formats[0], _camera.Size) = (FakeCamera.Mjpeg, (64, 48));
        byte[] good = JpegPicture.Of(64, 48), other = JpegPicture.Of(32, 48), cut = good[..(good.Length / 2)];
        byte[] rich = JpegPicture.Noise(64, 48);
        byte[] broken = [.. rich[..(rich.Length / 2)], .. rich[(rich.Length * 3 / 4)..]]; // lost packets; JPEG has no checksum, what still decodes cannot be seen
        using VideoAdapter adapter = Open();
        _kernel.Deliver(_camera, new(good, 1, 0), new(cut, 2, 1), new(other, 3, 2), new(broken, 4, 3), new([.. good, 0, 0, 0, 0], 5, 4));
        using CollectingOutput output = new(stopAfter: 2);
        adapter.Run(output, output.Stop);
        Assert.Equal(3, adapter.Drops);
        Assert.Equal([SourceReportKind.Garbage, SourceReportKind.Mismatch, SourceReportKind.Garbage], output.Reports.Select(r => r.Kind));
        Assert.Contains("32x48", output.Reports[1].Text, StringComparison.Ordinal);
        Assert.Equal(output.Messages[0].Payload, output.Messages[1].Payload); // zeros behind a picture do no harm
        double meanError = output.Messages[0].Payload.Zip(JpegPicture.Pixels(64, 48), (a, b) => Math.Abs(a - b)).Average();
        Assert.InRange(meanError, 0, 3);
    }

    [Fact]
    public void Run_Yuyv_GreyIsTheLuma()
    {
        _camera.Formats[0] = FakeCamera.Yuyv;
        byte[] bytes = new byte[1024];
        for (int i = 0; i < bytes.Length; i++) bytes[i] = i % 2 == 0 ? (byte)(i / 2) : (byte)128;
        _kernel.Deliver(_camera, new FakeFrame(bytes, 1_000, 0));
        using CollectingOutput output = Run(stopAfter: 1);
        Assert.Equal(Enumerable.Range(0, 512).Select(i => (byte)i), output.Messages[0].Payload);
    }

    [Fact]
    public void Run_RoundedSettings_AreReportedAtTheStart()
    {
        _kernel.Deliver(_camera, Frame(0));
        using CollectingOutput output = Run(stopAfter: 1, settings: new CameraSettings { FrameRateHz = 90 });
        using VideoAdapter unstarted = Open(settings: new CameraSettings { FrameRateHz = 90 });
        Assert.Single(unstarted.Remarks); // what verify shows
        Assert.Equal("/dev/video0: frame rate: 30 per second, not the 90 that it was asked for", Assert.Single(output.Reports).Text);
    }

    [Fact]
    public void Streams_ClockOfItsOwn_IsDeclared()
    {
        _camera.IsMonotonic = false;
        using VideoAdapter adapter = Open();
        Assert.Equal(8_000_000, adapter.Streams[0].LatencyNs);
        Assert.Equal("cam", adapter.Streams[0].Clock);
        Assert.NotEqual(0u, adapter.Streams[0].ClockId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_InterlacedCamera_PublishesBothFieldsAtTheirTimes(bool stampsStart)
    {
        (_camera.Field, _camera.StampsStart) = (9, stampsStart);
        _kernel.Deliver(_camera, [.. Enumerable.Range(0, 10).Select(i => Frame(i))]);
        // Of the first frame only one field's time is known; where the driver stamps a frame's end, which is its second field's, not even that.
        using CollectingOutput output = Run(stopAfter: stampsStart ? 19 : 17);
        long first = Frame(2).TimeNs - (stampsStart ? 0 : Period / 2);
        long[] times = [.. output.Messages.Skip(stampsStart ? 3 : 1).Select(m => m.Header.DeviceTimeNs)];
        Assert.Equal(Enumerable.Range(0, 16).Select(i => first + (i * Period / 2)), times);
        using VideoAdapter adapter = Open();
        Assert.Equal(60, adapter.Streams[0].RateHz);
    }

    private const long Period = 33_000_000;

    private static FakeFrame Frame(int number, uint? sequence = null)
    {
        byte[] bytes = new byte[512];
        new Random(number).NextBytes(bytes);
        return new FakeFrame(bytes, 1_000_000_000 + (number * Period), sequence ?? (uint)number);
    }

    private VideoAdapter Open(string card = "", CameraSettings? settings = null)
    {
        VideoOptions options = new() { Name = "cam", Source = Path, LatencyMs = 8, Camera = new CameraOptions { Card = card, PatienceMs = 60, Settings = settings ?? new CameraSettings() } };
        return new VideoAdapter(options, new CameraSource(options, _kernel), (frames, fields) => new PictureProcessor(options, frames, fields));
    }

    private CollectingOutput Run(int stopAfter, Action<SourceReport>? onReport = null, Action<int>? onMessage = null, string card = "", CameraSettings? settings = null)
    {
        using VideoAdapter adapter = Open(card, settings);
        CollectingOutput output = new(stopAfter);
        adapter.Run(new Watching(output, onReport, onMessage), output.Stop);
        return output;
    }

    private sealed class Watching(CollectingOutput inner, Action<SourceReport>? onReport, Action<int>? onMessage) : IStreamOutput
    {
        public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
        {
            inner.Publish(stream, header, payload);
            onMessage?.Invoke(inner.Messages.Count);
        }

        public void Report(int stream, in SourceReport report)
        {
            inner.Report(stream, report);
            onReport?.Invoke(report);
        }
    }
}
