using System.Runtime.InteropServices;

namespace LoopRig.Native.OpenCv;

/// <summary>lrcv_video_info: 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeVideoInfo
{
    internal double RateHz;
    internal long Frames;
    internal int Width;
    internal int Height;
}
