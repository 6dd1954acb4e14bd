using System.Runtime.InteropServices;

namespace LoopRig.Native.LibC;

/// <summary>struct pollfd, 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollFd
{
    internal const short In = 1;

    internal int File;
    internal short Events;
    internal short Ready;
}
