using System.Runtime.InteropServices;
using LoopRig.Torch.Interop;
using Xunit;

namespace LoopRig.Torch.Tests;

// Sizes and offsets of what crosses into C, as native/looprig_torch.h declares it.
public class LayoutTests
{
    [Fact]
    public void Slot_IsSixteenBytes()
    {
        Assert.Equal(16, Marshal.SizeOf<Slot>());
        Assert.Equal(4, (int)Marshal.OffsetOf<Slot>(nameof(Slot.Count)));
        Assert.Equal(8, (int)Marshal.OffsetOf<Slot>(nameof(Slot.Value)));
    }

    [Fact]
    public void TensorInfo_IsThirtyTwoBytes()
    {
        Assert.Equal(32, Marshal.SizeOf<TensorInfo>());
        Assert.Equal(16, (int)Marshal.OffsetOf<TensorInfo>(nameof(TensorInfo.Elements)));
        Assert.Equal(28, (int)Marshal.OffsetOf<TensorInfo>(nameof(TensorInfo.RequiresGrad)));
    }
}
