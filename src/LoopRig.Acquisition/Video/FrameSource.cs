using LoopRig.Core;
using LoopRig.Native.OpenCv;
using LoopRig.Native.V4l2;

namespace LoopRig.Acquisition;

/// <summary>Opens what a configuration calls a source of frames.</summary>
public static class FrameSource
{
    private const string CameraPrefix = "/dev/";

    /// <summary>Opens a file, URL or camera.</summary>
    /// <exception cref="DeviceException">It cannot be opened or decoded.</exception>
    public static IFrameSource Open(VideoSourceOptions options)
    {
        if (options.Source.StartsWith(CameraPrefix, StringComparison.Ordinal)) return new CameraSource(options, V4l2System.Kernel);
        VideoFile video = new(options.Source);
        return video.IsLive ? new LiveVideoSource(options, video) : new VideoFileSource(options, video);
    }

    internal static FieldOrder Resolve(Interlacing wanted, FieldOrder said) => wanted switch
    {
        Interlacing.None => FieldOrder.Progressive,
        Interlacing.TopFirst => FieldOrder.TopFirst,
        Interlacing.BottomFirst => FieldOrder.BottomFirst,
        _ => said,
    };

    internal static int[] Shape(int width, int height, int channels) => channels == 1 ? [height, width] : [height, width, channels];
}
