using LoopRig.Core;

namespace LoopRig.Acquisition.Tests;

/// <summary>Keeps nothing, and knows what the adapter's thread allocated between messages after its warm-up.</summary>
internal sealed class AllocationOutput(int warmUp) : IStreamOutput
{
    private long _before;

    internal int Count { get; private set; }

    internal long Allocated { get; private set; }

    public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        long now = GC.GetAllocatedBytesForCurrentThread();
        if (Count == warmUp) _before = now;
        if (Count++ > warmUp) Allocated = now - _before;
    }
}
