using System.Numerics;
using System.Runtime.InteropServices;
using LoopRig.Native.OpenCv;

namespace LoopRig.Benchmarks;

/// <summary>
/// What is usually done offline: the median of frames of the whole file is the background; a frame's mouse is the largest region that differs from it by more
/// than a fixed level. It knows the future, and takes the tail and what lies in the way with it.
/// </summary>
internal sealed class WholeFileBackground
{
    private const int Sampled = 60;
    private const byte Level = 50;
    private const int OpenSize = 9;

    private readonly byte[] _background;
    private readonly Image _grey;
    private readonly Image _differs;
    private readonly Image _opened;
    private readonly ContourFinder _outlines = new();

    private WholeFileBackground(byte[] background, int width, int height)
    {
        _background = background;
        (_grey, _differs, _opened) = (new(width, height, 1), new(width, height, 1), new(width, height, 1));
    }

    public static WholeFileBackground Of(string path)
    {
        using var video = new VideoFile(path);
        var frame = new Image(video.Width, video.Height, video.Channels);
        var grey = new Image(video.Width, video.Height, 1);
        var every = Math.Max(1, (int)(video.FrameCount / Sampled));
        var kept = new List<byte[]>();
        for (var i = 0; video.TryRead(frame, out _); i++)
        {
            if (i % every == 0)
            {
                Imaging.Grey(frame, grey);
                kept.Add(grey.Pixels.ToArray());
            }
        }
        var background = new byte[grey.Pixels.Length];
        var values = new byte[kept.Count];
        for (var pixel = 0; pixel < background.Length; pixel++)
        {
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = kept[i][pixel];
            }
            Array.Sort(values);
            background[pixel] = values[values.Length / 2];
        }
        return new WholeFileBackground(background, video.Width, video.Height);
    }

    /// <summary>The centre of the largest region's outline, weighted by the area it encloses; false where nothing differs.</summary>
    public bool TryFind(Image frame, out double x, out double y)
    {
        Imaging.Grey(frame, _grey);
        Compare(_grey.Pixels, _background, _differs.Pixels);
        Imaging.Morphology(_differs, _opened, Morphology.Open, OpenSize, round: true);
        _outlines.Find(_opened, outerOnly: true);
        var largest = 0.0;
        (x, y) = (0, 0);
        for (var i = 0; i < _outlines.Count; i++)
        {
            var (area, centreX, centreY) = Enclosed(_outlines[i]);
            if (area > largest)
            {
                (largest, x, y) = (area, centreX, centreY);
            }
        }
        return largest > 0;
    }

    private static void Compare(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> background, Span<byte> differs)
    {
        var a = MemoryMarshal.Cast<byte, Vector<byte>>(frame);
        var b = MemoryMarshal.Cast<byte, Vector<byte>>(background);
        var to = MemoryMarshal.Cast<byte, Vector<byte>>(differs);
        var level = new Vector<byte>(Level);
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = Vector.GreaterThan(Vector.Max(a[i], b[i]) - Vector.Min(a[i], b[i]), level);
        }
    }

    // Green's theorem on the outline.
    private static (double Area, double X, double Y) Enclosed(ReadOnlySpan<int> outline)
    {
        double twice = 0, sumX = 0, sumY = 0;
        for (var i = 0; i < outline.Length; i += 2)
        {
            var next = (i + 2) % outline.Length;
            double cross = ((double)outline[i] * outline[next + 1]) - ((double)outline[next] * outline[i + 1]);
            twice += cross;
            sumX += (outline[i] + outline[next]) * cross;
            sumY += (outline[i + 1] + outline[next + 1]) * cross;
        }
        return Math.Abs(twice) < 2 ? default : (Math.Abs(twice) / 2, sumX / (3 * twice), sumY / (3 * twice));
    }
}
