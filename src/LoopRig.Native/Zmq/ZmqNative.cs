using System.Runtime.InteropServices;

namespace LoopRig.Native.Zmq;

/// <summary>The functions of zmq.h (4.3) that the rig uses, one to one.</summary>
internal static partial class ZmqNative
{
    internal const int EIntr = 4;
    internal const int EAgain = 11;
    internal const int ENoDev = 19;
    internal const int EAddrInUse = 98;
    internal const int EAddrNotAvail = 99;
    internal const int ETerm = 156384765;   // ZMQ_HAUSNUMERO + 53

    internal const int ThreadPriority = 3;
    internal const int ThreadSchedulingPolicy = 4;
    internal const int DontWait = 1;
    internal const int SendMore = 2;
    internal const short PollIn = 1;
    internal const short PollOut = 2;

    static ZmqNative() => NativeLoader.Register();

    [LibraryImport(NativeLoader.Zmq, EntryPoint = "zmq_ctx_new", SetLastError = true)]
    internal static partial nint ContextNew();

    [LibraryImport(NativeLoader.Zmq, EntryPoint = "zmq_ctx_term", SetLastError = true)]
    internal static partial int ContextTerm(nint context);

    [LibraryImport(NativeLoader.Zmq, EntryPoint = "zmq_ctx_set", SetLastError = true)]
    internal static partial int ContextSet(ContextHandle context, int option, int value);

    [LibraryImport(NativeLoader.Zmq, EntryPoint = "zmq_ctx_shutdown", SetLastError = true)]
    internal static partial int ContextShutdown(ContextHandle context);

    [LibraryImport(NativeLoader.Zmq, EntryPoint = "zmq_socket", SetLastError = true)]
    internal static partial nint Socket(ContextHandle context, int type);

    [LibraryImport(NativeLoader.Zmq, EntryPoint = "zmq_close", SetLastError = true)]
    internal static partial int Close(nint socket);

    [LibraryImport(NativeLoader.Zmq, EntryPoint = "zmq_bind", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Bind(SocketHandle socket, string endpoint);

    [LibraryImport(NativeLoader.Zmq, EntryPoint = "zmq_unbind", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Unbind(SocketHandle socket, string endpoint);

    [LibraryImport(NativeLoader.Zmq, EntryPoint = "zmq_connect", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Connect(SocketHandle socket, string endpoint);

    [LibraryImport(NativeLoader.Zmq, EntryPoint = "zmq_disconnect", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Disconnect(SocketHandle socket, string endpoint);

    [LibraryImport(NativeLoader.Zmq, EntryPoint = "zmq_setsockopt", SetLastError = true)]
    internal static unsafe partial int SetOption(SocketHandle socket, int option, void* value, nuint length);

    [LibraryImport(NativeLoader.Zmq, EntryPoint = "zmq_getsockopt", SetLastError = true)]
    internal static unsafe partial int GetOption(SocketHandle socket, int option, void* value, nuint* length);

    [LibraryImport(NativeLoader.Zmq, EntryPoint = "zmq_send", SetLastError = true)]
    internal static unsafe partial int Send(SocketHandle socket, byte* data, nuint length, int flags);

    [LibraryImport(NativeLoader.Zmq, EntryPoint = "zmq_recv", SetLastError = true)]
    internal static unsafe partial int Receive(SocketHandle socket, byte* buffer, nuint capacity, int flags);

    [LibraryImport(NativeLoader.Zmq, EntryPoint = "zmq_poll", SetLastError = true)]
    internal static unsafe partial int Poll(PollItem* items, int count, long timeoutMs);

    [LibraryImport(NativeLoader.Zmq, EntryPoint = "zmq_socket_monitor", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int SocketMonitor(SocketHandle socket, string? endpoint, int events);

    [LibraryImport(NativeLoader.Zmq, EntryPoint = "zmq_strerror")]
    internal static partial nint ErrorText(int error);

    [LibraryImport(NativeLoader.Zmq, EntryPoint = "zmq_version")]
    internal static partial void Version(out int major, out int minor, out int patch);
}
