using System.Runtime.InteropServices;

namespace LoopRig.Native.V4l2;

/// <summary>struct v4l2_buffer of 64-bit machines, 88 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 88)]
internal struct NativeBuffer
{
    [FieldOffset(0)] internal uint Index;
    [FieldOffset(4)] internal uint Type;
    [FieldOffset(8)] internal uint BytesUsed;
    [FieldOffset(12)] internal uint Flags;
    [FieldOffset(16)] internal uint Field;
    [FieldOffset(24)] internal long Seconds;
    [FieldOffset(32)] internal long Microseconds;
    [FieldOffset(56)] internal uint Sequence;
    [FieldOffset(60)] internal uint Memory;
    [FieldOffset(64)] internal uint Offset;
    [FieldOffset(72)] internal uint Length;
}
