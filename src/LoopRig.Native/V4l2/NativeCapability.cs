using System.Runtime.InteropServices;

namespace LoopRig.Native.V4l2;

/// <summary>struct v4l2_capability, 104 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 104)]
internal struct NativeCapability
{
    [FieldOffset(16)] internal NativeName Card;
    [FieldOffset(48)] internal NativeName Bus;
    [FieldOffset(84)] internal uint Capabilities;
    [FieldOffset(88)] internal uint DeviceCapabilities;
}
