using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Native.LibC;

/// <summary>A timer on the rig clock that a poll can wait for, with a resolution of microseconds where poll's own time-out has milliseconds.</summary>
public sealed class TimerFd : IDisposable
{
    private readonly FileHandle _file = new(LibCNative.TimerCreate(LibCNative.ClockMonotonic, LibCNative.CloseOnExec | LibCNative.NonBlocking), "timerfd");

    /// <summary>The descriptor to poll for input.</summary>
    public FileHandle File => _file;

    /// <summary>Makes the descriptor readable at a time of the rig clock; a time that has passed makes it readable at once. Replaces the previous time.</summary>
    public void SetAt(long rigNs) => Arm(Math.Max(1, rigNs));

    /// <summary>Never fires until set again.</summary>
    public void Clear() => Arm(0);

    /// <summary>Closes the timer.</summary>
    public void Dispose() => _file.Dispose();

    private void Arm(long ns)
    {
        TimerSpec spec = new() { Value = TimeSpec.FromNs(ns) };
        if (LibCNative.TimerSet(_file, LibCNative.AbsoluteTime, spec, 0) != 0)
            throw new DeviceException("timerfd", $"could not be set: {Marshal.GetLastPInvokeErrorMessage()}");
    }
}
