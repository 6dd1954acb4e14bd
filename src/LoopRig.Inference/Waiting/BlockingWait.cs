using LoopRig.Core;
using LoopRig.Native.LibC;
using LoopRig.Native.Zmq;

namespace LoopRig.Inference;

/// <summary>
/// Sleeps in the kernel on an eventfd and a timer of the rig clock, after looking for a signal for up to a given time. A signal to a thread that is awake
/// costs no system call; nothing allocates. The managed events of .NET have time-outs in whole milliseconds, too coarse for a bin's end.
/// </summary>
/// <param name="spinNs">For how long to look for a signal before sleeping, ns; 0 sleeps at once. 20 us hide most hand-overs between two busy threads.</param>
public sealed class BlockingWait(long spinNs = 0) : IWaitStrategy
{
    private readonly EventFd _wake = new();
    private readonly TimerFd _timer = new();
    private readonly ZmqPoller _poller = new(2);
    private long _signals;
    private long _seen;
    private int _sleeping;
    private bool _prepared;

    /// <inheritdoc/>
    public void Signal()
    {
        Interlocked.Increment(ref _signals); // a full fence: the sleeper's mark is read after the signal is visible
        if (Volatile.Read(ref _sleeping) != 0)
        {
            _wake.Set();
        }
    }

    /// <inheritdoc/>
    public void Wait(long untilNs)
    {
        if (TakeSignal() || Spin(untilNs))
        {
            return;
        }
        Interlocked.Exchange(ref _sleeping, 1);
        if (!TakeSignal())
        {
            Sleep(untilNs);
        }
        Volatile.Write(ref _sleeping, 0);
        TakeSignal();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _poller.Dispose();
        _timer.Dispose();
        _wake.Dispose();
    }

    private bool TakeSignal()
    {
        var signals = Volatile.Read(ref _signals);
        if (signals == _seen)
        {
            return false;
        }
        _seen = signals;
        return true;
    }

    private bool Spin(long untilNs)
    {
        if (spinNs == 0)
        {
            return RigClock.Now >= untilNs;
        }
        var end = Math.Min(untilNs, RigClock.Now + spinNs);
        while (RigClock.Now < end)
        {
            if (TakeSignal())
            {
                return true;
            }
            Thread.SpinWait(20);
        }
        return end == untilNs;
    }

    private void Sleep(long untilNs)
    {
        if (!_prepared)
        {
            _poller.Add(_wake.File);
            _poller.Add(_timer.File);
            _prepared = true;
        }
        if (untilNs == long.MaxValue)
        {
            _timer.Clear();
        }
        else
        {
            _timer.SetAt(untilNs);
        }
        _poller.Wait(-1);
        _wake.Reset();
    }
}
