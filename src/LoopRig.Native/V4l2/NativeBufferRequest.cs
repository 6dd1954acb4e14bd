using System.Runtime.InteropServices;

namespace LoopRig.Native.V4l2;

/// <summary>struct v4l2_requestbuffers, 20 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 20)]
internal struct NativeBufferRequest
{
    [FieldOffset(0)] internal uint Count;
    [FieldOffset(4)] internal uint Type;
    [FieldOffset(8)] internal uint Memory;
}
