using System.Runtime.InteropServices;

namespace LoopRig.Native.V4l2;

/// <summary>struct v4l2_control, 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeControl
{
    internal uint Id;
    internal int Value;
}
