using System.Runtime.InteropServices;

namespace LoopRig.Native.OpenCv;

/// <summary>lrcv_image: 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeImage
{
    internal byte* Data;
    internal int Width;
    internal int Height;
    internal int Channels;
    internal int Stride;
}
