namespace LoopRig.Native.LibC;

/// <summary>CLOCK_MONOTONIC itself, as the kernel and every device driver read it.</summary>
public static class MonotonicClock
{
    /// <summary>Nanoseconds since an arbitrary start, the same for every process of this machine.</summary>
    public static long Now
    {
        get
        {
            _ = LibCNative.ClockGetTime(LibCNative.ClockMonotonic, out TimeSpec time);
            return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
        }
    }

    /// <summary>Sleeps until a time of the rig clock; nothing can wake it earlier (see <see cref="Pacer"/> for that).</summary>
    public static void SleepUntil(long rigNs)
    {
        if (rigNs <= 0) return;
        TimeSpec until = TimeSpec.FromNs(rigNs);
        while (LibCNative.ClockNanoSleep(LibCNative.ClockMonotonic, LibCNative.AbsoluteTime, until, 0) == LibCNative.EIntr)
        {
        }
    }
}
