using System.Runtime.InteropServices;
using LoopRig.Core;
using static LoopRig.Native.V4l2.V4l2Constants;

namespace LoopRig.Native.V4l2;

/// <summary>An open video device: requests, and errors in words.</summary>
internal sealed class V4l2Device : IDisposable
{
    private const string Group = "video"; // udev gives video devices to it

    private readonly NativeCapability _capability;
    private int _file;

    private V4l2Device(IV4l2System system, string path, int file)
    {
        (System, Path, _file) = (system, path, file);
        _capability = default;
        HasCapability = Control(V4l2Request.QueryCapability, ref _capability) == 0;
    }

    internal IV4l2System System { get; }

    internal string Path { get; }

    internal int File => _file;

    internal string Card => _capability.Card.ToString();

    private bool HasCapability { get; }

    // Of one node; the other field speaks for the whole physical device.
    private uint Capabilities => (_capability.Capabilities & CapabilityDeviceCaps) != 0 ? _capability.DeviceCapabilities : _capability.Capabilities;

    private bool IsCamera => HasCapability && (Capabilities & CapabilityCapture) != 0 && (Capabilities & CapabilityStreaming) != 0;

    /// <exception cref="DeviceException">It cannot be opened; the message says what to do.</exception>
    internal static V4l2Device Open(IV4l2System system, string path)
    {
        int file = system.Open(path);
        if (file >= 0) return new V4l2Device(system, path, file);
        throw new DeviceException(path, -file switch
        {
            ENoEnt or ENoDev or ENxio => $"no such camera; {Others(system, path)}",
            EAcces => $"permission denied: join the group that may use cameras with 'sudo usermod -aG {Group} $USER' and log in again (group {Group})",
            EBusy => "is in use by another program",
            int error => $"cannot be opened: {Marshal.GetPInvokeErrorMessage(error)}",
        });
    }

    /// <summary>What a list of the computer's cameras says of one.</summary>
    internal static CameraDescription Describe(IV4l2System system, string path)
    {
        try
        {
            using V4l2Device device = Open(system, path);
            string? problem = device.IsCamera ? null : "no camera: it gives no frames";
            return new CameraDescription(path, device.Card, device._capability.Bus.ToString(), [.. device.Formats().Select(Letters)], problem);
        }
        catch (DeviceException e)
        {
            return new CameraDescription(path, "", "", [], e.Message[(path.Length + 2)..]);
        }
    }

    /// <exception cref="DeviceException">It is no camera, or another than the one that was meant.</exception>
    internal void CheckIsCamera(string card)
    {
        if (!IsCamera) throw new DeviceException(Path, $"is no camera that streams ({(HasCapability ? Card : "it does not answer as a video device")}); {Others(System, Path)}");
        if (!Card.Contains(card, StringComparison.OrdinalIgnoreCase))
            throw new DeviceException(Path, $"is '{Card}', not the camera '{card}' that the configuration names (camera.card); {Others(System, Path)}");
    }

    /// <summary>The pixel formats that it offers.</summary>
    internal List<uint> Formats()
    {
        List<uint> formats = [];
        NativeFormatDescription description = new() { Type = VideoCapture };
        while (Control(V4l2Request.EnumerateFormats, ref description) == 0)
        {
            formats.Add(description.PixelFormat);
            description = new NativeFormatDescription { Type = VideoCapture, Index = (uint)formats.Count };
        }

        return formats;
    }

    /// <summary>Makes a request; gives 0, or minus errno.</summary>
    internal int Control<T>(uint request, ref T argument) where T : unmanaged =>
        System.Control(File, request, MemoryMarshal.AsBytes(new Span<T>(ref argument)));

    /// <summary>Makes a request that must succeed.</summary>
    internal void Must<T>(uint request, ref T argument, string otherwise) where T : unmanaged
    {
        int status = Control(request, ref argument);
        if (status == -EBusy) throw new DeviceException(Path, "is in use by another program");
        if (status == -ENoSpc && request == V4l2Request.StreamOn) // the USB subsystem's word for it
            throw new DeviceException(Path, $"{otherwise}: no USB bandwidth is left for it; give it a smaller picture, a lower rate or MJPEG, or plug it into another USB controller");
        if (status < 0) throw new DeviceException(Path, $"{otherwise}: {Marshal.GetPInvokeErrorMessage(-status)}");
    }

    /// <summary>Closes the device, once, and forgets its number, which may be another file's soon.</summary>
    public void Dispose()
    {
        int file = Interlocked.Exchange(ref _file, -1);
        if (file >= 0) System.Close(file);
    }

    internal static string Letters(uint format) => string.Concat(Enumerable.Range(0, 4).Select(i => (char)(format >> (8 * i) & 0x7F))).TrimEnd();

    private static string Others(IV4l2System system, string path)
    {
        string[] others = [.. system.Devices.Where(p => p != path).Select(p => Describe(system, p)).Where(c => c.Problem is null).Select(c => c.ToString())];
        return others.Length == 0 ? "there is no other" : $"there is {string.Join(", ", others)}";
    }
}
