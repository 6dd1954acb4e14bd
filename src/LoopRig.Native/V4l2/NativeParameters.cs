using System.Runtime.InteropServices;

namespace LoopRig.Native.V4l2;

/// <summary>struct v4l2_streamparm with its struct v4l2_captureparm, 204 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 204)]
internal struct NativeParameters
{
    [FieldOffset(0)] internal uint Type;
    [FieldOffset(4)] internal uint Capability;
    [FieldOffset(12)] internal uint Numerator;   // of the time of a frame, s
    [FieldOffset(16)] internal uint Denominator;
}
