using System.Runtime.InteropServices;

namespace LoopRig.Torch.Interop;

/// <summary>What a slot carries; the numbers are those of <c>lr_tag</c>.</summary>
internal enum SlotTag
{
    None = 0,
    Tensor = 1,
    Int = 2,
    Double = 3,
    Bool = 4,
    IntList = 5,
    DoubleList = 6,
    TensorList = 7,
    String = 8,
    Device = 9,
    Generator = 10,
    Default = 11,
}

/// <summary><c>lr_slot</c>: one argument or result of an operator call.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Slot
{
    public SlotTag Tag;
    public int Count;
    public long Value;
}
