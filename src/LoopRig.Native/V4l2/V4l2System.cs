using System.Globalization;
using System.Runtime.InteropServices;
using LoopRig.Native.LibC;

namespace LoopRig.Native.V4l2;

/// <summary>The kernel's system calls.</summary>
public sealed class V4l2System : IV4l2System
{
    private const string Folder = "/dev";
    private const string Prefix = "video";
    private const int ReadWrite = 2; // O_RDWR
    private const int ProtectRead = 1;
    private const int MapShared = 1;

    private V4l2System()
    {
    }

    /// <summary>The one kernel there is.</summary>
    public static V4l2System Kernel { get; } = new();

    /// <inheritdoc/>
    public IReadOnlyList<string> Devices => Directory.Exists(Folder)
        ? [.. Directory.GetFileSystemEntries(Folder, Prefix + "*").Where(p => Number(p) >= 0).OrderBy(Number)]
        : [];

    /// <inheritdoc/>
    public int Open(string path)
    {
        int file = V4l2Native.Open(path, ReadWrite | LibCNative.NonBlocking | LibCNative.CloseOnExec);
        return file >= 0 ? file : -Marshal.GetLastPInvokeError();
    }

    /// <inheritdoc/>
    public void Close(int file) => _ = LibCNative.Close(file);

    /// <inheritdoc/>
    public unsafe int Control(int file, uint request, Span<byte> argument)
    {
        fixed (byte* at = argument)
        {
            while (V4l2Native.IoControl(file, request, at) < 0)
            {
                int error = Marshal.GetLastPInvokeError();
                if (error != LibCNative.EIntr) return -error;
            }

            return 0;
        }
    }

    /// <inheritdoc/>
    public nint Map(int file, long offset, long length)
    {
        nint address = V4l2Native.Map(0, (nuint)length, ProtectRead, MapShared, file, offset);
        return address == -1 ? 0 : address;
    }

    /// <inheritdoc/>
    public void Unmap(nint address, long length) => _ = V4l2Native.Unmap(address, (nuint)length);

    /// <inheritdoc/>
    public unsafe int Wait(int file, int timeoutMs)
    {
        PollFd poll = new() { File = file, Events = PollFd.In };
        int ready = LibCNative.Poll(&poll, 1, timeoutMs);
        if (ready >= 0) return ready;
        int error = Marshal.GetLastPInvokeError();
        return error == LibCNative.EIntr ? 0 : -error;
    }

    private static int Number(string path) =>
        int.TryParse(Path.GetFileName(path.AsSpan())[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1;
}
