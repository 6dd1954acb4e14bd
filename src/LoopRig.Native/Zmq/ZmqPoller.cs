using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LoopRig.Native.Zmq;

/// <summary>Waits on several sockets and file descriptors at once. Entries are added at start; waiting allocates nothing. One thread uses it at a time.</summary>
public sealed class ZmqPoller : IDisposable
{
    private readonly PollItem[] _items;
    private readonly SafeHandle[] _kept;
    private int _count;

    /// <summary>A poller with room for this many entries.</summary>
    public ZmqPoller(int capacity)
    {
        _items = new PollItem[capacity];
        _kept = new SafeHandle[capacity];
    }

    /// <summary>Entries added so far.</summary>
    public int Count => _count;

    /// <summary>Waits for input on a socket; gives the entry's index.</summary>
    public int Add(ZmqSocket socket) => Add(socket.Handle, isSocket: true, ZmqNative.PollIn);

    /// <summary>Waits until a socket can send; gives the entry's index.</summary>
    public int AddForSending(ZmqSocket socket) => Add(socket.Handle, isSocket: true, ZmqNative.PollOut);

    /// <summary>Waits for input on a file descriptor (an eventfd, a timer, a device); gives the entry's index.</summary>
    public int Add(SafeHandle fileDescriptor) => Add(fileDescriptor, isSocket: false, ZmqNative.PollIn);

    /// <summary>Waits until an entry is ready, at most this long; -1 for ever. Gives the number of ready entries, 0 on time-out.</summary>
    public unsafe int Wait(int timeoutMs)
    {
        long start = Stopwatch.GetTimestamp();
        long left = timeoutMs;
        fixed (PollItem* items = _items)
        {
            while (true)
            {
                int ready = ZmqNative.Poll(items, _count, left);
                if (ready >= 0) return ready;
                if (Marshal.GetLastPInvokeError() != ZmqNative.EIntr) ZmqError.Throw("poller", "poll");
                if (timeoutMs > 0) left = Math.Max(0, timeoutMs - (long)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }
    }

    /// <summary>The entry was ready when <see cref="Wait"/> last returned.</summary>
    public bool IsReady(int index) => _items[index].ReadyEvents != 0;

    /// <summary>Lets go of the sockets and descriptors, which the caller still owns.</summary>
    public void Dispose()
    {
        for (int i = 0; i < _count; i++) _kept[i].DangerousRelease();
        _count = 0;
    }

    private int Add(SafeHandle handle, bool isSocket, short events)
    {
        if (_count == _items.Length) throw new InvalidOperationException($"the poller was made for {_items.Length} entries");
        bool added = false;
        handle.DangerousAddRef(ref added);
        _kept[_count] = handle;
        nint raw = handle.DangerousGetHandle();
        _items[_count] = new PollItem { Socket = isSocket ? raw : 0, FileDescriptor = isSocket ? 0 : (int)raw, Events = events };
        return _count++;
    }
}
