using System.Runtime.InteropServices;

namespace LoopRig.Native.LibC;

/// <summary>struct pollfd, 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollFd
{
    internal const short In = 1;
    internal const short Out = 4;
    internal const short Broken = 0x38; // POLLERR, POLLHUP, POLLNVAL: reported without being asked for

    internal int File;
    internal short Events;
    internal short Ready;
}
