using LoopRig.Native.OpenCv;

namespace LoopRig.Benchmarks;

/// <summary>A frame kept in memory, so that decoding is not timed.</summary>
internal sealed record TimedFrame(Image Picture, long TimeNs)
{
    /// <summary>The first frames of a video.</summary>
    public static TimedFrame[] Read(string path, int count)
    {
        using var video = new VideoFile(path);
        var frames = new List<TimedFrame>();
        while (frames.Count < count)
        {
            var picture = new Image(video.Width, video.Height, video.Channels);
            if (!video.TryRead(picture, out var timeNs))
            {
                break;
            }
            frames.Add(new TimedFrame(picture, timeNs));
        }
        return [.. frames];
    }
}
