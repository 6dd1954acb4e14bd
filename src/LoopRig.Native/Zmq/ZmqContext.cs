using LoopRig.Core;

namespace LoopRig.Native.Zmq;

/// <summary>One libzmq context with its single I/O thread; a process needs one. Sockets may be created from any thread, and are then used from one thread at a time.</summary>
public sealed class ZmqContext : IDisposable
{
    private readonly ContextHandle _handle;

    /// <summary>Opens a context.</summary>
    /// <exception cref="NativeLibraryException">libzmq is not installed, or is older than 4.2.</exception>
    public ZmqContext()
    {
        _handle = new ContextHandle();
        if (_handle.IsInvalid) throw new NativeLibraryException("libzmq could not create a context");
        if (Version < new Version(4, 2)) throw new NativeLibraryException($"libzmq {Version} is older than 4.2");
    }

    /// <summary>The version of the libzmq that was loaded.</summary>
    public static Version Version
    {
        get
        {
            ZmqNative.Version(out int major, out int minor, out int patch);
            return new Version(major, minor, patch);
        }
    }

    /// <summary>
    /// Gives the I/O thread a SCHED_FIFO priority, 1 to 99; before the first socket. The caller must know that the system permits it: libzmq ends the
    /// process when it does not.
    /// </summary>
    public void UseRealTime(int priority)
    {
        _ = ZmqNative.ContextSet(_handle, ZmqNative.ThreadSchedulingPolicy, LibC.LibCNative.SchedFifo);
        _ = ZmqNative.ContextSet(_handle, ZmqNative.ThreadPriority, priority);
    }

    /// <summary>Creates a socket; the caller disposes it.</summary>
    public ZmqSocket CreateSocket(ZmqSocketType type) => new(_handle, type);

    /// <summary>Makes every blocking call on every socket of this context fail with a <see cref="DeviceException"/>, so that their threads can end.</summary>
    public void Shutdown() => ZmqNative.ContextShutdown(_handle);

    /// <summary>Releases the context; libzmq ends it when its last socket is closed.</summary>
    public void Dispose() => _handle.Dispose();
}
