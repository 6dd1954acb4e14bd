using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using LoopRig.Native.V4l2;

namespace LoopRig.Native.Tests.V4l2;

/// <summary>
/// The kernel's side of Video4Linux2 for cameras that a test plays. It reads and writes the requests' structs at the byte offsets of linux/videodev2.h itself, not
/// through the structs under test. No camera exists where these tests run.
/// </summary>
internal sealed class FakeV4l2 : IV4l2System, IDisposable
{
    private const int Buffers = 4;
    private const int NoEntry = 2, NoDevice = 19, Again = 11, Invalid = 22, NotTerminal = 25;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly Dictionary<int, FakeStream> _open = [];
    private readonly Dictionary<(int File, int Buffer), nint> _memory = [];
    private readonly List<nint> _allocated = [];
    private int _lastFile = 100;

    internal SortedDictionary<string, FakeCamera> Cameras { get; } = new(StringComparer.Ordinal);

    internal int OpenCount
    {
        get
        {
            lock (_lock) return _lastFile - 100;
        }
    }

    internal int CloseCount { get; private set; }

    public IReadOnlyList<string> Devices => [.. Cameras.Keys];

    /// <summary>The camera has a frame for the program.</summary>
    internal void Deliver(FakeCamera camera, params ReadOnlySpan<FakeFrame> frames)
    {
        foreach (FakeFrame frame in frames)
        {
            lock (_lock) camera.Frames.Enqueue(frame);
            _arrived.Release();
        }
    }

    /// <summary>Time goes by: the camera's frames go into its free buffers; those for which there is none are dropped.</summary>
    internal void Fill(FakeCamera camera)
    {
        lock (_lock)
        {
            FakeStream stream = _open.Values.Single(s => s.Camera == camera);
            while (stream.Free.Count > 0 && camera.Frames.TryDequeue(out FakeFrame? frame)) stream.Full.Enqueue((stream.Free.Dequeue(), frame));
            camera.Frames.Clear();
        }
    }

    public int Open(string path)
    {
        lock (_lock)
        {
            if (!Cameras.TryGetValue(path, out FakeCamera? camera)) return -NoEntry;
            if (camera.OpenError != 0) return -camera.OpenError;
            if (camera.IsUnplugged) return -NoDevice;
            _open[++_lastFile] = new FakeStream(camera);
            return _lastFile;
        }
    }

    public void Close(int file)
    {
        lock (_lock)
        {
            _open.Remove(file);
            CloseCount++;
        }
    }

    public int Control(int file, uint request, Span<byte> argument)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(file, out FakeStream? device) || device.Camera.IsUnplugged) return -NoDevice;
            return (argument.Length, request) switch
            {
                (104, 0x80685600) => Describe(device.Camera, argument),
                (64, 0xC0405602) => NameFormat(device.Camera, argument),
                (208, 0xC0D05605) => SetFormat(device.Camera, argument),
                (204, 0xC0CC5615 or 0xC0CC5616) => SetRate(device.Camera, argument),
                (68, 0xC0445624) => DescribeControl(device.Camera, argument),
                (8, 0xC008561B) => GetControl(device.Camera, argument),
                (8, 0xC008561C) => SetControl(device.Camera, argument),
                (20, 0xC0145608) => Write(argument, 0, Buffers),
                (88, 0xC0585609) => DescribeBuffer(device.Camera, argument),
                (88, 0xC058560F) => Queue(device.Free, argument),
                (88, 0xC0585611) => Dequeue(file, device, argument),
                (4, 0x40045612) => -device.Camera.StartError,
                (4, 0x40045613) => Stop(device),
                _ => -NotTerminal,
            };
        }
    }

    public nint Map(int file, long offset, long length)
    {
        lock (_lock)
        {
            nint memory = Marshal.AllocHGlobal((nint)length);
            _allocated.Add(memory);
            return _memory[(file, (int)(offset / 0x1000))] = memory;
        }
    }

    public void Unmap(nint address, long length)
    {
    }

    public int Wait(int file, int timeoutMs)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(file, out FakeStream? device)) return -NoDevice;
            if (device.Camera.IsUnplugged || device.Full.Count > 0 || (device.Camera.Frames.Count > 0 && device.Free.Count > 0)) return 1;
        }

        _arrived.Wait(Math.Min(timeoutMs, 5));
        return 0;
    }

    public void Dispose()
    {
        foreach (nint memory in _allocated) Marshal.FreeHGlobal(memory);
        _arrived.Dispose();
    }

    private static int Describe(FakeCamera camera, Span<byte> to)
    {
        Encoding.UTF8.GetBytes(camera.Card).CopyTo(to[16..]);
        "usb-0000:00:14.0-1"u8.CopyTo(to[48..]);
        Write(to, 84, camera.Capabilities | 0x8000_0000);
        return Write(to, 88, camera.Capabilities);
    }

    private static int NameFormat(FakeCamera camera, Span<byte> to)
    {
        int index = BinaryPrimitives.ReadInt32LittleEndian(to);
        return index < camera.Formats.Count ? Write(to, 44, camera.Formats[index]) : -Invalid;
    }

    private static int SetFormat(FakeCamera camera, Span<byte> to)
    {
        if (camera.FormatError != 0) return -camera.FormatError;
        camera.ChosenFormat = BinaryPrimitives.ReadUInt32LittleEndian(to[16..]);
        uint row = (uint)camera.Size.Width * (camera.ChosenFormat == FakeCamera.Grey ? 1u : 2u);
        Write(to, 8, (uint)camera.Size.Width);
        Write(to, 12, (uint)camera.Size.Height);
        Write(to, 20, camera.Field);
        Write(to, 24, camera.ChosenFormat == FakeCamera.Mjpeg ? 0 : row);
        return Write(to, 28, camera.ChosenFormat == FakeCamera.Mjpeg ? 100_000 : row * (uint)camera.Size.Height);
    }

    private static int SetRate(FakeCamera camera, Span<byte> to)
    {
        Write(to, 4, 0x1000);
        Write(to, 12, 1);
        return Write(to, 16, camera.RateHz);
    }

    private static int DescribeControl(FakeCamera camera, Span<byte> to)
    {
        if (!camera.Controls.TryGetValue(BinaryPrimitives.ReadUInt32LittleEndian(to), out (int Minimum, int Maximum, int Value) control)) return -Invalid;
        Write(to, 40, (uint)control.Minimum);
        return Write(to, 44, (uint)control.Maximum);
    }

    private static int GetControl(FakeCamera camera, Span<byte> to) =>
        camera.Controls.TryGetValue(BinaryPrimitives.ReadUInt32LittleEndian(to), out (int Minimum, int Maximum, int Value) control) ? Write(to, 4, (uint)control.Value) : -Invalid;

    private static int SetControl(FakeCamera camera, Span<byte> to)
    {
        uint id = BinaryPrimitives.ReadUInt32LittleEndian(to);
        if (!camera.Controls.TryGetValue(id, out (int Minimum, int Maximum, int Value) control) || camera.Refused.Contains(id)) return -Invalid;
        camera.Controls[id] = control with { Value = BinaryPrimitives.ReadInt32LittleEndian(to[4..]) };
        return 0;
    }

    private static int DescribeBuffer(FakeCamera camera, Span<byte> to)
    {
        Write(to, 12, Flags(camera));
        Write(to, 64, 0x1000 * BinaryPrimitives.ReadUInt32LittleEndian(to));
        return Write(to, 72, 100_000);
    }

    private static int Queue(Queue<int> free, Span<byte> argument)
    {
        free.Enqueue(BinaryPrimitives.ReadInt32LittleEndian(argument));
        return 0;
    }

    // VIDIOC_STREAMOFF takes all buffers out of both queues.
    private static int Stop(FakeStream stream)
    {
        stream.Free.Clear();
        stream.Full.Clear();
        return 0;
    }

    private int Dequeue(int file, FakeStream device, Span<byte> to)
    {
        if (!device.Full.TryDequeue(out (int Buffer, FakeFrame Frame) full))
        {
            if (device.Free.Count == 0 || !device.Camera.Frames.TryDequeue(out FakeFrame? next)) return -Again;
            full = (device.Free.Dequeue(), next);
        }

        (int buffer, FakeFrame frame) = full;
        Marshal.Copy(frame.Bytes, 0, _memory[(file, buffer)], frame.Bytes.Length);
        Write(to, 0, (uint)buffer);
        Write(to, 8, (uint)frame.Bytes.Length);
        Write(to, 12, Flags(device.Camera) | (frame.IsDamaged ? 0x40u : 0));
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], frame.TimeNs / 1_000_000_000);
        BinaryPrimitives.WriteInt64LittleEndian(to[32..], frame.TimeNs % 1_000_000_000 / 1000);
        return Write(to, 56, frame.Sequence);
    }

    private static uint Flags(FakeCamera camera) => (camera.IsMonotonic ? 0x2000u : 0) | (camera.StampsStart ? 0x1_0000u : 0);

    private static int Write(Span<byte> to, int offset, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to[offset..], value);
        return 0;
    }
}
