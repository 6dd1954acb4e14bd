namespace LoopRig.Native.V4l2;

/// <summary>The few system calls that Video4Linux2 consists of: the kernel's own, or a camera that a test plays.</summary>
public interface IV4l2System
{
    /// <summary>The paths of the video devices that there are, in order.</summary>
    IReadOnlyList<string> Devices { get; }

    /// <summary>open(2), non-blocking; gives a descriptor, or minus errno.</summary>
    int Open(string path);

    /// <summary>close(2).</summary>
    void Close(int file);

    /// <summary>ioctl(2), repeated when a signal interrupted it; gives 0, or minus errno.</summary>
    /// <param name="file">the descriptor</param>
    /// <param name="request">the request's number</param>
    /// <param name="argument">the request's struct, read and written in place</param>
    int Control(int file, uint request, Span<byte> argument);

    /// <summary>mmap(2), for reading; gives 0 on failure.</summary>
    nint Map(int file, long offset, long length);

    /// <summary>munmap(2).</summary>
    void Unmap(nint address, long length);

    /// <summary>poll(2) for input: 1 when there is some or the device failed, 0 when the time ran out, minus errno.</summary>
    int Wait(int file, int timeoutMs);
}
