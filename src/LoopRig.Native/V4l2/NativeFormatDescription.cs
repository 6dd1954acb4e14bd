using System.Runtime.InteropServices;

namespace LoopRig.Native.V4l2;

/// <summary>struct v4l2_fmtdesc, 64 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct NativeFormatDescription
{
    [FieldOffset(0)] internal uint Index;
    [FieldOffset(4)] internal uint Type;
    [FieldOffset(44)] internal uint PixelFormat;
}
