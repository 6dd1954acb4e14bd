using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Native.LibC;

/// <summary>A pseudo-terminal: one end plays a serial device, the other is opened by its path as the serial port.</summary>
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
    }

    /// <summary>The path that a program opens as its serial port.</summary>
    public string Path { get; }

    /// <summary>Sends bytes as the device; gives how many were taken.</summary>
    public unsafe int Write(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* at = bytes) return (int)LibCNative.Write(_master, at, (nuint)bytes.Length);
    }

    /// <summary>Receives what the program wrote, waiting for at least one byte; -1 when the pair is closed.</summary>
    public unsafe int Read(Span<byte> buffer)
    {
        fixed (byte* at = buffer) return (int)LibCNative.Read(_master, at, (nuint)buffer.Length);
    }

    /// <summary>Closes both ends.</summary>
    public void Dispose()
    {
        _slave.Dispose();
        _master.Dispose();
    }
}
