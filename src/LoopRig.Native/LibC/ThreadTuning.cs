using System.Text;

namespace LoopRig.Native.LibC;

/// <summary>Where and how urgently the calling thread runs. Each attempt returns whether the system permitted it; nothing else changes when it did not.</summary>
public static class ThreadTuning
{
    private const int MaskWords = 16; // 1024 processors, as cpu_set_t

    /// <summary>Lets the calling thread run on one processor only.</summary>
    public static unsafe bool TryPinTo(int processor)
    {
        if (processor is < 0 or >= MaskWords * 64) return false;
        ulong* mask = stackalloc ulong[MaskWords];
        new Span<ulong>(mask, MaskWords).Clear();
        mask[processor / 64] = 1UL << (processor % 64);
        return LibCNative.SetAffinity(0, MaskWords * sizeof(ulong), mask) == 0;
    }

    /// <summary>The processors on which the calling thread may run.</summary>
    public static unsafe int[] AllowedProcessors()
    {
        ulong* mask = stackalloc ulong[MaskWords];
        new Span<ulong>(mask, MaskWords).Clear();
        _ = LibCNative.GetAffinity(0, MaskWords * sizeof(ulong), mask);
        List<int> allowed = [];
        for (int i = 0; i < MaskWords * 64; i++)
        {
            if ((mask[i / 64] >> (i % 64) & 1) != 0) allowed.Add(i);
        }

        return [.. allowed];
    }

    /// <summary>Gives the calling thread a SCHED_FIFO priority, 1 to 99; needs CAP_SYS_NICE or an rtprio limit.</summary>
    public static bool TrySetRealTime(int priority) => LibCNative.SetScheduler(0, LibCNative.SchedFifo, priority) == 0;

    /// <summary>Gives the calling thread the ordinary scheduling back.</summary>
    public static bool TrySetOrdinary() => LibCNative.SetScheduler(0, LibCNative.SchedOther, 0) == 0;

    /// <summary>The calling thread runs under SCHED_FIFO.</summary>
    public static bool IsRealTime => LibCNative.GetScheduler(0) == LibCNative.SchedFifo;

    /// <summary>Names the calling thread for top, gdb and perf; the kernel keeps 15 bytes.</summary>
    public static unsafe void SetName(string name)
    {
        Span<byte> text = stackalloc byte[16];
        text.Clear();
        Encoding.UTF8.GetEncoder().Convert(name, text[..15], flush: true, out _, out _, out _);
        fixed (byte* at = text) _ = LibCNative.Control(LibCNative.SetThreadName, at);
    }

    /// <summary>The calling thread's name in the kernel.</summary>
    public static unsafe string Name
    {
        get
        {
            Span<byte> text = stackalloc byte[16];
            text.Clear();
            fixed (byte* at = text) _ = LibCNative.Control(LibCNative.GetThreadName, at);
            return Encoding.UTF8.GetString(text[..text.IndexOf((byte)0)]);
        }
    }
}
