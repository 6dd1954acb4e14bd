using LoopRig.Core;

namespace LoopRig.Simulation.EyeVideo;

/// <summary>Whiskers across the picture: curved lines, dark and bright in turn, that sway from frame to frame.</summary>
internal sealed class Whiskers
{
    private const double SwayHz = 8, FramesPerSecond = 60;

    private readonly EyeCameraOptions _options;
    private readonly Whisker[] _whiskers;
    private readonly double _halfWidth;

    internal Whiskers(EyeCameraOptions options)
    {
        _options = options;
        _halfWidth = Math.Max(0.6, options.Width / 320.0);
        SeededRandom random = new(options.Seed, "whiskers");
        _whiskers = new Whisker[options.Whiskers];
        for (int i = 0; i < _whiskers.Length; i++)
            _whiskers[i] = new Whisker(random.Uniform(0.3, 0.9), random.Uniform(0.2, 0.7), random.Uniform(-0.3, 0.3), random.Uniform(0, 2 * Math.PI), i % 2 == 0 ? 55f : 205f);
    }

    internal void Draw(Span<byte> pixels, long frame)
    {
        foreach (Whisker whisker in _whiskers) Draw(whisker, pixels, frame);
    }

    private void Draw(in Whisker whisker, Span<byte> pixels, long frame)
    {
        int width = _options.Width, height = _options.Height;
        double sway = 0.06 * Math.Sin((2 * Math.PI * SwayHz * frame / FramesPerSecond) + whisker.Phase);
        int reach = (int)Math.Ceiling(_halfWidth + 1);
        for (int x = 0; x < width; x++)
        {
            double t = (double)x / width;
            double y = height * (whisker.Left + (t * (whisker.Right + sway - whisker.Left)) + (whisker.Bend * t * (1 - t)));
            double slope = (double)height / width * (whisker.Right + sway - whisker.Left + (whisker.Bend * (1 - (2 * t))));
            double half = _halfWidth * Math.Sqrt(1 + (slope * slope));
            int span = (int)(reach * Math.Sqrt(1 + (slope * slope)));
            for (int row = Math.Max(0, (int)y - span); row <= Math.Min(height - 1, (int)y + span); row++)
            {
                double cover = Math.Clamp(half + 0.5 - Math.Abs(row - y), 0, 1) * 0.9;
                ref byte pixel = ref pixels[(row * width) + x];
                pixel = (byte)(pixel + (cover * (whisker.Level - pixel)));
            }
        }
    }

    private readonly record struct Whisker(double Left, double Right, double Bend, double Phase, float Level);
}
