using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Native.LibC;

/// <summary>
/// Waits for absolute times of the rig clock and returns at once when a stop is asked for: what paces a source in real time.
/// Errors of one wait never add up over the next, and waiting allocates nothing.
/// </summary>
public sealed class Pacer : IDisposable
{
    private readonly EventFd _wake = new();
    private readonly TimerFd _timer = new();
    private readonly CancellationToken _stop;
    private readonly CancellationTokenRegistration _registration;

    /// <summary>A pacer that this token wakes.</summary>
    public Pacer(CancellationToken stop)
    {
        _stop = stop;
        _registration = stop.UnsafeRegister(static state => ((EventFd)state!).Set(), _wake);
    }

    /// <summary>Waits until this time of the rig clock; false when the stop came first. A time that has passed returns at once.</summary>
    public unsafe bool WaitUntil(long rigNs)
    {
        if (_stop.IsCancellationRequested) return false;
        if (rigNs <= RigClock.Now) return true;
        _timer.SetAt(rigNs);
        PollFd* files = stackalloc PollFd[2];
        files[0] = new PollFd { File = (int)_timer.File.DangerousGetHandle(), Events = PollFd.In };
        files[1] = new PollFd { File = (int)_wake.File.DangerousGetHandle(), Events = PollFd.In };
        while (LibCNative.Poll(files, 2, -1) < 0)
        {
            if (Marshal.GetLastPInvokeError() != LibCNative.EIntr) throw new DeviceException("timer", $"poll failed: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        return !_stop.IsCancellationRequested;
    }

    /// <summary>Closes the timer.</summary>
    public void Dispose()
    {
        _registration.Dispose();
        _timer.Dispose();
        _wake.Dispose();
    }
}
