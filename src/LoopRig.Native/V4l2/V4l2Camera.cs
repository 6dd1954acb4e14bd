using LoopRig.Core;
using LoopRig.Native.OpenCv;
using static LoopRig.Native.V4l2.V4l2Constants;

namespace LoopRig.Native.V4l2;

/// <summary>
/// A camera of this computer that streams into memory-mapped buffers: each frame with the kernel's timestamp and the driver's sequence number. One thread.
/// </summary>
public sealed class V4l2Camera : IDisposable
{
    private const int Buffers = 4;

    private readonly V4l2Device _device;
    private readonly List<(nint Address, long Length)> _mapped = [];
    private bool _streaming;

    /// <summary>Opens and sets the camera, and starts its stream.</summary>
    /// <param name="system">the kernel, or a test's camera</param>
    /// <param name="path">such as /dev/video0</param>
    /// <param name="card">what the camera's name must contain; empty: anything</param>
    /// <param name="wanted">what it is set to; what it rounds or refuses is in <see cref="Remarks"/></param>
    /// <exception cref="DeviceException">
    /// There is no such device, it is not permitted, in use, no camera, not the camera that was meant, or has none of the formats.
    /// </exception>
    public V4l2Camera(IV4l2System system, string path, string card, CameraSettings wanted)
    {
        _device = V4l2Device.Open(system, path);
        try
        {
            _device.CheckIsCamera(card);
            CameraSetup setup = new(_device, wanted);
            (Format, Width, Height, Stride, ImageBytes, FieldOrder) = (setup.Format, setup.Width, setup.Height, setup.Stride, setup.ImageBytes, setup.FieldOrder);
            (RateHz, Remarks) = (setup.RateHz, setup.Remarks);
            MapBuffers();
            Start();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The device's path.</summary>
    public string Path => _device.Path;

    /// <summary>The name that it gives itself.</summary>
    public string Card => _device.Card;

    /// <summary>How its pixels are packed.</summary>
    public PixelFormat Format { get; }

    /// <summary>Columns, px.</summary>
    public int Width { get; }

    /// <summary>Rows, px.</summary>
    public int Height { get; }

    /// <summary>Bytes from a row to the next; nothing for JPEG.</summary>
    public int Stride { get; }

    /// <summary>Bytes of a frame; for JPEG the most there may be.</summary>
    public int ImageBytes { get; }

    /// <summary>Whether a frame is two fields.</summary>
    public FieldOrder FieldOrder { get; }

    /// <summary>Frames a second as the camera says that it was set to; 0: it does not say.</summary>
    public double RateHz { get; }

    /// <summary>The kernel stamps the frames with the rig clock (CLOCK_MONOTONIC).</summary>
    public bool IsMonotonic { get; private set; }

    /// <summary>What the camera rounded or refused of its settings, a sentence each.</summary>
    public IReadOnlyList<string> Remarks { get; }

    /// <summary>Every video device, whether it can be used or not.</summary>
    public static IReadOnlyList<CameraDescription> List(IV4l2System system) => [.. system.Devices.Select(path => V4l2Device.Describe(system, path))];

    /// <summary>Waits for the next frame; whoever takes it releases it.</summary>
    public CaptureResult Capture(int timeoutMs, out CapturedFrame frame)
    {
        frame = default;
        int ready = _device.System.Wait(_device.File, timeoutMs);
        if (ready == 0) return CaptureResult.Nothing;
        if (ready < 0) return CaptureResult.Gone;
        NativeBuffer buffer = NewBuffer(0);
        int status = _device.Control(V4l2Request.DequeueBuffer, ref buffer);
        if (status == -EAgain) return CaptureResult.Nothing;
        if (status < 0 || buffer.Index >= _mapped.Count) return CaptureResult.Gone;
        frame = new CapturedFrame((int)buffer.Index, (int)Math.Min(buffer.BytesUsed, _mapped[(int)buffer.Index].Length), TimeNs(buffer), buffer.Sequence,
            (buffer.Flags & FlagError) != 0, (buffer.Flags & FlagStampMask) == FlagStampStart);
        return CaptureResult.Frame;
    }

    /// <summary>Lends the frame's bytes until it is released.</summary>
    public unsafe ReadOnlySpan<byte> Borrow(in CapturedFrame frame) => new((void*)_mapped[frame.Buffer].Address, frame.Bytes);

    /// <summary>Gives the buffer back to the driver; false when the device is gone.</summary>
    public bool Release(in CapturedFrame frame)
    {
        NativeBuffer buffer = NewBuffer((uint)frame.Buffer);
        return _device.Control(V4l2Request.QueueBuffer, ref buffer) == 0;
    }

    /// <summary>
    /// Starts the stream anew, without the frames that the driver holds: of a camera that nobody took frames from these are as old as its opening. False when the
    /// device is gone.
    /// </summary>
    public bool Restart()
    {
        Stop();
        for (uint i = 0; i < _mapped.Count; i++)
        {
            NativeBuffer buffer = NewBuffer(i);
            if (_device.Control(V4l2Request.QueueBuffer, ref buffer) < 0) return false;
        }

        uint type = VideoCapture;
        _streaming = _device.Control(V4l2Request.StreamOn, ref type) == 0;
        return _streaming;
    }

    /// <summary>Stops the stream and closes the device.</summary>
    public void Dispose()
    {
        Stop();

        foreach ((nint address, long length) in _mapped) _device.System.Unmap(address, length);
        _mapped.Clear();
        _device.Dispose();
    }

    // Takes every buffer from the driver, empty or filled.
    private void Stop()
    {
        if (!_streaming) return;
        uint type = VideoCapture;
        _device.Control(V4l2Request.StreamOff, ref type);
        _streaming = false;
    }

    private void MapBuffers()
    {
        NativeBufferRequest request = new() { Count = Buffers, Type = VideoCapture, Memory = MemoryMap };
        _device.Must(V4l2Request.RequestBuffers, ref request, "gives no buffers");
        if (request.Count < 2) throw new DeviceException(Path, $"gives {request.Count} buffers; two are needed");
        IsMonotonic = true;
        for (uint i = 0; i < request.Count; i++)
        {
            NativeBuffer buffer = NewBuffer(i);
            _device.Must(V4l2Request.QueryBuffer, ref buffer, "does not describe its buffers");
            nint address = _device.System.Map(_device.File, buffer.Offset, buffer.Length);
            if (address == 0) throw new DeviceException(Path, "its buffers cannot be mapped");
            _mapped.Add((address, buffer.Length));
            IsMonotonic &= (buffer.Flags & FlagClockMask) == FlagClockMonotonic;
        }
    }

    private void Start()
    {
        for (uint i = 0; i < _mapped.Count; i++)
        {
            NativeBuffer buffer = NewBuffer(i);
            _device.Must(V4l2Request.QueueBuffer, ref buffer, "does not take its buffers");
        }

        uint type = VideoCapture;
        _device.Must(V4l2Request.StreamOn, ref type, "does not start");
        _streaming = true;
    }

    private static NativeBuffer NewBuffer(uint index) => new() { Index = index, Type = VideoCapture, Memory = MemoryMap };

    private static long TimeNs(in NativeBuffer buffer) => (buffer.Seconds * RigClock.SecondNs) + (buffer.Microseconds * 1000);
}
