using LoopRig.Core;
using LoopRig.Native.OpenCv;
using LoopRig.Native.V4l2;
using Xunit;

namespace LoopRig.Native.Tests.V4l2;

/// <summary>The camera against a played kernel (no camera exists where these tests run), and what the real kernel says to files that are none.</summary>
public sealed class V4l2CameraTests : IDisposable
{
    private const string Path = "/dev/video0";
    private const uint Exposure = 0x009A0902, ExposureAuto = 0x009A0901, Gain = 0x00980913;
    private readonly FakeV4l2 _kernel = new();
    private readonly FakeCamera _camera = new();

    public V4l2CameraTests() => _kernel.Cameras[Path] = _camera;

    public void Dispose() => _kernel.Dispose();

    [Fact]
    public void Capture_Frames_GiveBytesKernelTimeAndSequence()
    {
        using V4l2Camera camera = Open();
        Assert.Equal((32, 16, 32, 30.0, true), (camera.Width, camera.Height, camera.Stride, camera.RateHz, camera.IsMonotonic));
        for (uint i = 0; i < 10; i++) // more than there are buffers: each comes back to the driver
        {
            byte[] bytes = new byte[512];
            Array.Fill(bytes, (byte)(i + 1));
            _kernel.Deliver(_camera, new FakeFrame(bytes, 5_000_123_000 + (i * 1000), 7 + i, IsDamaged: i == 3));
            Assert.Equal(CaptureResult.Frame, Next(camera, out CapturedFrame frame));
            Assert.Equal((5_000_123_000 + (i * 1000), 7 + i, 512, i == 3, false), (frame.TimeNs, frame.Sequence, frame.Bytes, frame.IsDamaged, frame.IsStartStamped));
            Assert.True(camera.Borrow(frame).SequenceEqual(bytes));
            Assert.True(camera.Release(frame));
        }

        Assert.Equal(CaptureResult.Nothing, camera.Capture(1, out _));
    }

    [Fact]
    public void Capture_Unplugged_IsGone()
    {
        using V4l2Camera camera = Open();
        _camera.IsUnplugged = true;
        Assert.Equal(CaptureResult.Gone, camera.Capture(1, out _));
    }

    [Fact]
    public void Open_NoSuchCamera_ListsThoseThereAre()
    {
        _kernel.Cameras["/dev/video1"] = new FakeCamera { Capabilities = 0x0080_0000 }; // a metadata node is no camera to offer
        Assert.Equal("/dev/video9: no such camera; there is /dev/video0 (Fake Camera, usb-0000:00:14.0-1, GREY)", Fails("/dev/video9"));
    }

    [Fact]
    public void Open_NotPermitted_NamesTheGroup()
    {
        _camera.OpenError = 13;
        Assert.Contains("usermod -aG video", Fails(Path), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_InUse_SaysSo()
    {
        _camera.FormatError = 16;
        Assert.Equal("/dev/video0: is in use by another program", Fails(Path));
    }

    [Fact]
    public void Open_UsbIsFull_SaysSo()
    {
        _camera.StartError = 28;
        Assert.Contains("does not start: no USB bandwidth is left", Fails(Path), StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_Twice_ClosesOneFile()
    {
        V4l2Camera camera = Open();
        camera.Dispose();
        camera.Dispose();
        Assert.Equal(1, _kernel.CloseCount);
    }

    [Fact]
    public void Open_AnotherCamera_SaysWhichAndWhichThereAre()
    {
        _kernel.Cameras["/dev/video2"] = new FakeCamera { Card = "Eye Camera" };
        string message = Assert.Throws<DeviceException>(() => new V4l2Camera(_kernel, Path, "Eye", new CameraSettings())).Message;
        Assert.Contains("is 'Fake Camera', not the camera 'Eye'", message, StringComparison.Ordinal);
        Assert.Contains("/dev/video2 (Eye Camera", message, StringComparison.Ordinal);
        using V4l2Camera right = new(_kernel, "/dev/video2", "eye", new CameraSettings());
        Assert.Equal("Eye Camera", right.Card);
    }

    [Fact]
    public void Open_NodeWithoutFrames_IsNoCamera()
    {
        _camera.Capabilities = 0x0080_0000;
        Assert.Contains("is no camera that streams (Fake Camera)", Fails(Path), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_UnknownFormats_NamesThem()
    {
        _camera.Formats.Clear();
        _camera.Formats.Add(0x34363248);
        Assert.Equal("/dev/video0: does not deliver grey, YUYV or MJPEG, but H264", Fails(Path));
    }

    [Theory]
    [InlineData(PixelFormat.Auto, PixelFormat.Yuyv)]
    [InlineData(PixelFormat.Mjpeg, PixelFormat.Mjpeg)]
    public void Open_SeveralFormats_TakesTheOneAskedForOrTheSimplest(PixelFormat wanted, PixelFormat taken)
    {
        _camera.Formats.Clear();
        _camera.Formats.AddRange([FakeCamera.Mjpeg, FakeCamera.Yuyv]);
        using V4l2Camera camera = new(_kernel, Path, "", new CameraSettings { Format = wanted });
        Assert.Equal(taken, camera.Format);
    }

    [Fact]
    public void Open_RoundedAndRefusedSettings_AreAllRemarked()
    {
        _camera.Controls[ExposureAuto] = (0, 3, 3);
        _camera.Controls[Exposure] = (1, 100, 50);
        _camera.Controls[Gain] = (0, 64, 5);
        _camera.Refused.Add(Gain);
        using V4l2Camera camera = new(_kernel, Path, "", new CameraSettings { Width = 640, Height = 480, FrameRateHz = 60, ExposureMs = 20, Gain = 10 });
        Assert.Equal(
            [
                "delivers 32x16, not the 640x480 that it was asked for",
                "frame rate: 30 per second, not the 60 that it was asked for",
                "exposure: 10 ms, not the 20 that it was asked for (0.1 to 10)",
                "gain: 10 was refused",
            ], camera.Remarks);
        Assert.Equal((1, 100), (_camera.Controls[ExposureAuto].Value, _camera.Controls[Exposure].Value)); // manual, and as near as it gets
    }

    [Fact]
    public void Open_SettingsThatItTakes_NeedNoRemark()
    {
        _camera.Controls[Exposure] = (1, 100, 50);
        _camera.Controls[Gain] = (0, 64, 5);
        using V4l2Camera camera = new(_kernel, Path, "", new CameraSettings { Width = 32, Height = 16, FrameRateHz = 30, ExposureMs = 4, Gain = 10 });
        Assert.Empty(camera.Remarks);
        Assert.Equal((40, 10), (_camera.Controls[Exposure].Value, _camera.Controls[Gain].Value));
    }

    [Fact]
    public void Open_WithoutTheControl_SaysSo()
    {
        using V4l2Camera camera = new(_kernel, Path, "", new CameraSettings { Gain = 1 });
        Assert.Equal(["gain: this camera has no such control"], camera.Remarks);
    }

    [Theory]
    [InlineData(1u, 16, FieldOrder.Progressive)]
    [InlineData(8u, 16, FieldOrder.TopFirst)]
    [InlineData(9u, 16, FieldOrder.BottomFirst)]
    [InlineData(4u, 576, FieldOrder.TopFirst)]
    [InlineData(4u, 480, FieldOrder.BottomFirst)]
    public void Open_InterlacedCamera_KnowsItsFields(uint field, int height, FieldOrder order)
    {
        (_camera.Field, _camera.Size) = (field, (32, height));
        using V4l2Camera camera = Open();
        Assert.Equal(order, camera.FieldOrder);
    }

    [Fact]
    public void Open_ClockThatIsNotTheRigs_IsKnown()
    {
        _camera.IsMonotonic = false;
        using V4l2Camera camera = Open();
        Assert.False(camera.IsMonotonic);
    }

    [Fact]
    public void List_EveryDevice_IsThereWithWhatIsWrongWithIt()
    {
        _kernel.Cameras["/dev/video1"] = new FakeCamera { OpenError = 13 };
        IReadOnlyList<CameraDescription> cameras = V4l2Camera.List(_kernel);
        Assert.Equal("/dev/video0 (Fake Camera, usb-0000:00:14.0-1, GREY)", cameras[0].ToString());
        Assert.Contains("group video", cameras[1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Kernel_MissingDevice_IsNoSuchCamera() =>
        Assert.StartsWith("/dev/video4711: no such camera; ", Assert.Throws<DeviceException>(() => new V4l2Camera(V4l2System.Kernel, "/dev/video4711", "", new CameraSettings())).Message, StringComparison.Ordinal);

    [Fact]
    public void Kernel_DeviceOfAnotherKind_DoesNotAnswerAsACamera() =>
        Assert.StartsWith("/dev/null: is no camera that streams (it does not answer as a video device)",
            Assert.Throws<DeviceException>(() => new V4l2Camera(V4l2System.Kernel, "/dev/null", "", new CameraSettings())).Message, StringComparison.Ordinal);

    private V4l2Camera Open() => new(_kernel, Path, "", new CameraSettings());

    private string Fails(string path) => Assert.Throws<DeviceException>(() => new V4l2Camera(_kernel, path, "", new CameraSettings())).Message;

    private static CaptureResult Next(V4l2Camera camera, out CapturedFrame frame)
    {
        CaptureResult result;
        do result = camera.Capture(100, out frame);
        while (result == CaptureResult.Nothing);
        return result;
    }
}
