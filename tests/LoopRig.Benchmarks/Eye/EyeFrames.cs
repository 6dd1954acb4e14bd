using LoopRig.Acquisition;
using LoopRig.Core;
using LoopRig.Native.OpenCv;
using LoopRig.Simulation.EyeVideo;

namespace LoopRig.Benchmarks;

/// <summary>The grey frames of an eye video, in memory: what is measured is the tracker, not the decoder.</summary>
internal sealed class EyeFrames
{
    private const long MostBytes = 1L << 29;
    private readonly List<Image> _frames = [];

    public int Width => _frames[0].Width;

    public int Height => _frames[0].Height;

    public int Count => _frames.Count;

    public Image this[int index] => _frames[index];

    /// <summary>Reads a video, its first 512 MiB of grey pixels at most.</summary>
    public static EyeFrames Read(string path)
    {
        using var video = new VideoFile(path);
        var frame = new Image(video.Width, video.Height, 3);
        var frames = new EyeFrames();
        while ((frames.Count + 1L) * frame.Width * frame.Height <= MostBytes && video.TryRead(frame, out _))
        {
            var grey = new Image(frame.Width, frame.Height, 1);
            Imaging.Grey(frame, grey);
            frames._frames.Add(grey);
        }
        return frames.Count > 0 ? frames : throw new DeviceException(path, "holds no frame that can be decoded");
    }

    public static EyeFrames Render(EyeScript script)
    {
        var renderer = new EyeRenderer(script.Camera);
        var frames = new EyeFrames();
        for (var i = 0; i < script.Poses.Length; i++)
        {
            var picture = new Image(script.Camera.Width, script.Camera.Height, 1);
            renderer.Render(script.Poses[i], i, picture.Pixels);
            frames._frames.Add(picture);
        }
        return frames;
    }

    /// <summary>Whether a dark or a bright pupil is the surer one in frames from all over the video.</summary>
    public PupilKind LikelyKind() => Sureness(PupilKind.Bright) > Sureness(PupilKind.Dark) ? PupilKind.Bright : PupilKind.Dark;

    private double Sureness(PupilKind kind)
    {
        var tracker = new PupilTracker(Width, Height, new PupilTrackerOptions { Kind = kind });
        var step = Math.Max(1, Count / 30);
        var sum = 0.0;
        for (var i = 0; i < Count; i += step)
        {
            sum += tracker.Track(_frames[i]).Confidence;
        }
        return sum;
    }
}
