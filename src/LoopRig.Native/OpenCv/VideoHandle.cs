using System.Runtime.InteropServices;

namespace LoopRig.Native.OpenCv;

/// <summary>Owns an open lrcv_video.</summary>
internal sealed class VideoHandle : SafeHandle
{
    internal VideoHandle(nint video) : base(0, ownsHandle: true) => SetHandle(video);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => OpenCvNative.VideoClose(handle) == OpenCvNative.Ok;
}
