using System.Runtime.InteropServices;

namespace LoopRig.Native.LibC;

/// <summary>struct timespec of 64-bit Linux, 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeSpec
{
    internal long Seconds;
    internal long Nanoseconds;

    internal static TimeSpec FromNs(long ns) => new() { Seconds = ns / 1_000_000_000, Nanoseconds = ns % 1_000_000_000 };
}
