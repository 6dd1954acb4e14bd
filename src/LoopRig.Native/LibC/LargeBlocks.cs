namespace LoopRig.Native.LibC;

/// <summary>
/// How the C library treats blocks of many megabytes. By itself it maps each one anew and gives it back when it is freed, and the kernel clears every page again: a third of a training step,
/// whose tensors are of a hundred megabytes and come and go in the same sizes.
/// </summary>
public static class LargeBlocks
{
    /// <summary>Keeps freed blocks for those to come, for the rest of the process: its memory stays at its peak. False where the C library has no such setting.</summary>
    public static bool Keep()
        => LibCNative.SetAllocation(LibCNative.MostMappings, 0) != 0
            && LibCNative.SetAllocation(LibCNative.TrimThreshold, -1) != 0
            // Only the first arena can grow without limit.
            && LibCNative.SetAllocation(LibCNative.MostArenas, 1) != 0;
}
