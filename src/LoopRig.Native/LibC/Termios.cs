using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LoopRig.Native.LibC;

/// <summary>struct termios2 of Linux (asm-generic: x86-64, arm64), 44 bytes: the form with speeds as plain numbers, so that any baud rate can be asked for.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Termios
{
    internal const nuint Get = 0x802C542A;   // TCGETS2
    internal const nuint Set = 0x402C542B;   // TCSETS2
    internal const nuint Exclusive = 0x540C; // TIOCEXCL
    internal const nuint Shared = 0x540D;    // TIOCNXCL

    private const uint AnySpeed = 0x1000; // BOTHER
    private const uint EightBits = 0x30;  // CS8
    private const uint Receive = 0x80;    // CREAD
    private const uint NoModem = 0x800;   // CLOCAL: the modem lines decide nothing
    private const int MinimumAt = 6;      // VMIN

    internal uint Input;
    internal uint Output;
    internal uint Control;
    internal uint Local;
    internal byte Discipline;
    internal ControlCharacters Characters;
    internal uint InputSpeed;
    internal uint OutputSpeed;

    /// <summary>
    /// Bytes as they come: eight bits, no parity, one stop bit, no flow control, nothing translated or echoed. HUPCL is left out, so that closing the port
    /// does not drop DTR, at which many boards reset.
    /// </summary>
    internal void MakeRaw(int baud)
    {
        (Input, Output, Local) = (0, 0, 0);
        Control = AnySpeed | EightBits | Receive | NoModem;
        Characters[MinimumAt] = 1;     // a read of nothing is EAGAIN, so that 0 bytes can only be the end
        Characters[MinimumAt - 1] = 0; // VTIME
        InputSpeed = OutputSpeed = (uint)baud;
    }

    /// <summary>c_cc.</summary>
    [InlineArray(19)]
    internal struct ControlCharacters
    {
        private byte _first;
    }
}
