namespace LoopRig.Native.LibC;

/// <summary>Wakes a thread that waits in a poll: an eventfd. Setting may be done from any thread and allocates nothing.</summary>
public sealed class EventFd : IDisposable
{
    private readonly FileHandle _file = new(LibCNative.EventFd(0, LibCNative.CloseOnExec | LibCNative.NonBlocking), "eventfd");

    /// <summary>The descriptor to poll for input.</summary>
    public FileHandle File => _file;

    /// <summary>Makes the descriptor readable until <see cref="Reset"/>.</summary>
    public unsafe void Set()
    {
        ulong one = 1;
        _ = LibCNative.Write(_file, &one, sizeof(ulong));
    }

    /// <summary>Takes the signal back; true if there was one.</summary>
    public unsafe bool Reset()
    {
        ulong count;
        return LibCNative.Read(_file, &count, sizeof(ulong)) == sizeof(ulong);
    }

    /// <summary>Closes the descriptor.</summary>
    public void Dispose() => _file.Dispose();
}
