namespace LoopRig.Native.LibC;

/// <summary>Keeps the process in memory, so that no page fault falls into the live loop.</summary>
public static class MemoryLock
{
    /// <summary>Locks every page of the process; false where the memory-lock limit forbids it.</summary>
    /// <param name="alsoFuture">pages mapped later too: a later mapping beyond the limit then fails, so only where the limit is unlimited</param>
    public static bool TryLockAll(bool alsoFuture) => LibCNative.LockAll(LibCNative.LockCurrent | (alsoFuture ? LibCNative.LockFuture : 0)) == 0;

    /// <summary>Undoes the lock.</summary>
    public static void UnlockAll() => _ = LibCNative.UnlockAll();
}
