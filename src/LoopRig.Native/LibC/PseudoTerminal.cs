using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Native.LibC;

/// <summary>
/// A pseudo-terminal: one end plays a serial device, the other is opened by its path as the serial port. Like a device it waits for nobody: what finds no
/// room is lost.
/// </summary>
public sealed class PseudoTerminal : IDisposable
{
    private readonly FileHandle _master;
    private readonly FileHandle _slave;

    /// <summary>Opens a new pair.</summary>
    /// <exception cref="DeviceException">The system has no more of them.</exception>
    public unsafe PseudoTerminal()
    {
        byte* name = stackalloc byte[256];
        int done = LibCNative.OpenPty(out int master, out int slave, name, 0, 0);
        _master = new FileHandle(done == 0 ? master : -1, "pseudo-terminal");
        _slave = new FileHandle(slave, "pseudo-terminal");
        Path = Marshal.PtrToStringUTF8((nint)name)!;

        // Until somebody opens the port, the kernel would echo the device's own bytes back to it.
        Termios settings;
        int nonBlocking = 1;
        if (LibCNative.IoControl(_slave, Termios.Get, &settings) == 0)
        {
            settings.MakeRaw(9600);
            _ = LibCNative.IoControl(_slave, Termios.Set, &settings);
        }

        _ = LibCNative.IoControl(_master, LibCNative.SetNonBlocking, &nonBlocking);
    }

    /// <summary>The path that a program opens as its serial port.</summary>
    public string Path { get; }

    /// <summary>Sends bytes as the device; gives how many were taken, fewer where the reader is far behind.</summary>
    public unsafe int Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* at = bytes) return Math.Max(0, (int)LibCNative.Write(_master, at, (nuint)bytes.Length));
    }

    /// <summary>Receives what the program wrote; 0 when that is nothing.</summary>
    /// <param name="buffer">Where it goes.</param>
    /// <param name="timeoutMs">How long to wait for the first byte.</param>
    public unsafe int Read(Span<byte> buffer, int timeoutMs = 0)
    {
        PollFd file = new() { File = (int)_master.DangerousGetHandle(), Events = PollFd.In };
        if (timeoutMs > 0) _ = LibCNative.Poll(&file, 1, timeoutMs);
        fixed (byte* at = buffer) return Math.Max(0, (int)LibCNative.Read(_master, at, (nuint)buffer.Length));
    }

    /// <summary>Closes both ends: to the program, the device is pulled out.</summary>
    public void Dispose()
    {
        _slave.Dispose();
        _master.Dispose();
    }
}
