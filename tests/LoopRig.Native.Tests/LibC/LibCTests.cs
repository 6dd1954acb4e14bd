using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Native.LibC;
using Xunit;

namespace LoopRig.Native.Tests.LibC;

public sealed class LibCTests
{
    [Fact]
    public void Now_IsTheRigClock()
    {
        long before = RigClock.Now;
        long now = MonotonicClock.Now;
        Assert.InRange(now, before, RigClock.Now);
    }

    [Fact]
    public void SleepUntil_ReturnsNotBeforeTheTime()
    {
        long until = RigClock.Now + 2_000_000;
        MonotonicClock.SleepUntil(until);
        Assert.True(RigClock.Now >= until);
    }

    [Fact]
    public void WaitUntil_Stopped_ReturnsFalseAtOnce()
    {
        using CancellationTokenSource stop = new();
        using Pacer pacer = new(stop.Token);
        Thread thread = new(stop.Cancel);
        thread.Start();
        Assert.False(pacer.WaitUntil(RigClock.Now + (3600 * RigClock.SecondNs)));
        Assert.False(pacer.WaitUntil(0));
        thread.Join();
    }

    [Fact]
    public void WaitUntil_ManyTimes_NeverReturnsEarlyAndAllocatesNothing()
    {
        using Pacer pacer = new(TestContext.Current.CancellationToken);
        long next = RigClock.Now;
        bool early = Run(20);
        long before = GC.GetAllocatedBytesForCurrentThread();
        early |= Run(200);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.False(early);

        bool Run(int count)
        {
            bool any = false;
            for (int i = 0; i < count; i++)
            {
                next += 500_000;
                any |= !pacer.WaitUntil(next) || RigClock.Now < next;
            }

            return any;
        }
    }

    [Fact]
    public void TryPinTo_AnAllowedProcessor_LeavesThatOne() => OnItsOwnThread(() =>
    {
        int[] allowed = ThreadTuning.AllowedProcessors();
        Assert.NotEmpty(allowed);
        Assert.True(ThreadTuning.TryPinTo(allowed[^1]));
        Assert.Equal([allowed[^1]], ThreadTuning.AllowedProcessors());
        Assert.False(ThreadTuning.TryPinTo(1023));
        Assert.False(ThreadTuning.TryPinTo(-1));
        Assert.Equal([allowed[^1]], ThreadTuning.AllowedProcessors());
    });

    [Fact]
    public void TrySetRealTime_SaysWhetherItWasPermitted() => OnItsOwnThread(() =>
    {
        Assert.False(ThreadTuning.TrySetRealTime(100)); // beyond the range
        Assert.Equal(ThreadTuning.TrySetRealTime(1), ThreadTuning.IsRealTime);
        Assert.True(ThreadTuning.TrySetOrdinary());
        Assert.False(ThreadTuning.IsRealTime);
    });

    [Fact]
    public void SetName_Long_IsCutToWhatTheKernelKeeps() => OnItsOwnThread(() =>
    {
        ThreadTuning.SetName("adapter worldcam left");
        Assert.Equal("adapter worldca", ThreadTuning.Name);
    });

    [Fact]
    public void TryLockAll_Permitted_ShowsInTheProcessStatus()
    {
        bool locked = MemoryLock.TryLockAll(alsoFuture: false);
        long kilobytes = Status("VmLck:");
        MemoryLock.UnlockAll();
        Assert.SkipUnless(locked, "the memory-lock limit forbids it here");
        Assert.True(kilobytes > 0);
        Assert.Equal(0, Status("VmLck:"));

        static long Status(string key) => long.Parse(
            File.ReadLines("/proc/self/status").First(line => line.StartsWith(key, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim('\t').Split('\t')[^1]);
    }

    [Fact]
    public void Structs_Layout_IsThatOfTheKernel()
    {
        Assert.Equal(16, Marshal.SizeOf<TimeSpec>());
        Assert.Equal(32, Marshal.SizeOf<TimerSpec>());
        Assert.Equal(16, (int)Marshal.OffsetOf<TimerSpec>(nameof(TimerSpec.Value)));
        Assert.Equal(8, Marshal.SizeOf<PollFd>());
        Assert.Equal(6, (int)Marshal.OffsetOf<PollFd>(nameof(PollFd.Ready)));
    }

    // Affinity, priority and name stay with the thread, so they must not be a pool thread's.
    private static void OnItsOwnThread(Action action)
    {
        Exception? failure = null;
        Thread thread = new(() => failure = Record.Exception(action));
        thread.Start();
        thread.Join();
        if (failure is not null) throw new InvalidOperationException(failure.Message, failure);
    }
}
