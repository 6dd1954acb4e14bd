using System.Runtime.InteropServices;

namespace LoopRig.Native.V4l2;

/// <summary>struct v4l2_format with its struct v4l2_pix_format, 208 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 208)]
internal struct NativeFormat
{
    [FieldOffset(0)] internal uint Type;
    [FieldOffset(8)] internal uint Width;
    [FieldOffset(12)] internal uint Height;
    [FieldOffset(16)] internal uint PixelFormat;
    [FieldOffset(20)] internal uint Field;
    [FieldOffset(24)] internal uint BytesPerLine;
    [FieldOffset(28)] internal uint SizeImage;
}
