using System.Runtime.InteropServices;

namespace LoopRig.Native.OpenCv;

/// <summary>Owns an open lrcv_jpeg.</summary>
internal sealed class JpegHandle : SafeHandle
{
    internal JpegHandle(nint decoder) : base(0, ownsHandle: true) => SetHandle(decoder);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => OpenCvNative.JpegClose(handle) == OpenCvNative.Ok;
}
