using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Native.LibC;
using LoopRig.Native.Zmq;
using Xunit;

namespace LoopRig.Native.Tests.Zmq;

public sealed class ZmqPollerTests
{
    [Fact]
    public void Wait_NothingReady_TimesOut()
    {
        using ZmqContext context = new();
        using ZmqSocket socket = context.CreateSocket(ZmqSocketType.Pull);
        socket.Bind("tcp://127.0.0.1:*");
        using ZmqPoller poller = new(1);
        int entry = poller.Add(socket);
        Assert.Equal(0, poller.Wait(1));
        Assert.False(poller.IsReady(entry));
    }

    [Fact]
    public void Wait_EventFdSetByAnotherThread_Wakes()
    {
        using EventFd wake = new();
        using ZmqPoller poller = new(1);
        int entry = poller.Add(wake.File);
        Thread thread = new(wake.Set);
        thread.Start();
        Assert.Equal(1, poller.Wait(-1));
        thread.Join();
        Assert.True(poller.IsReady(entry));
        Assert.True(wake.Reset());
        Assert.False(wake.Reset());
        Assert.Equal(0, poller.Wait(0));
    }

    [Fact]
    public void Wait_TimerFd_WakesAtItsTimeAndNotBefore()
    {
        using TimerFd timer = new();
        using ZmqPoller poller = new(1);
        poller.Add(timer.File);
        long at = RigClock.Now + 3_300_000;
        timer.SetAt(at);
        Assert.Equal(1, poller.Wait(-1));
        Assert.True(RigClock.Now >= at);
        timer.Clear();
        Assert.Equal(0, poller.Wait(0));
    }

    [Fact]
    public void Add_BeyondTheCapacity_Throws()
    {
        using EventFd file = new();
        using ZmqPoller poller = new(1);
        poller.Add(file.File);
        Assert.Throws<InvalidOperationException>(() => poller.Add(file.File));
    }

    [Fact]
    public void PollItem_Layout_IsThatOfZmqH()
    {
        Assert.Equal(16, Marshal.SizeOf<PollItem>());
        Assert.Equal(8, (int)Marshal.OffsetOf<PollItem>(nameof(PollItem.FileDescriptor)));
        Assert.Equal(12, (int)Marshal.OffsetOf<PollItem>(nameof(PollItem.Events)));
        Assert.Equal(14, (int)Marshal.OffsetOf<PollItem>(nameof(PollItem.ReadyEvents)));
    }
}
