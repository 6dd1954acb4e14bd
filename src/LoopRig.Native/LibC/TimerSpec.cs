using System.Runtime.InteropServices;

namespace LoopRig.Native.LibC;

/// <summary>struct itimerspec, 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimerSpec
{
    internal TimeSpec Interval;
    internal TimeSpec Value;
}
