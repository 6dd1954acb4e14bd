using System.Runtime.InteropServices;

namespace LoopRig.Native.OpenCv;

/// <summary>lrcv_video_traits: 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeVideoTraits
{
    internal int Channels;
    internal int FieldOrder;
    internal int Live;
    internal int HasTimes;
}
