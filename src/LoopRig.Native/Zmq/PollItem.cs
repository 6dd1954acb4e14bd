using System.Runtime.InteropServices;

namespace LoopRig.Native.Zmq;

/// <summary>zmq_pollitem_t: a socket, or a file descriptor where the socket is null; 16 bytes on 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollItem
{
    internal nint Socket;
    internal int FileDescriptor;
    internal short Events;
    internal short ReadyEvents;
}
