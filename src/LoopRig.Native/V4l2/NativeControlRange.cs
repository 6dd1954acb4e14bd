using System.Runtime.InteropServices;

namespace LoopRig.Native.V4l2;

/// <summary>struct v4l2_queryctrl, 68 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 68)]
internal struct NativeControlRange
{
    [FieldOffset(0)] internal uint Id;
    [FieldOffset(40)] internal int Minimum;
    [FieldOffset(44)] internal int Maximum;
    [FieldOffset(48)] internal int Step;
    [FieldOffset(56)] internal uint Flags;
}
