using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>What was found along one normal of an outline.</summary>
internal enum EdgeState
{
    /// <summary>No step from pupil to iris, or the picture ends.</summary>
    Missing,
    /// <summary>A step.</summary>
    Edge,
    /// <summary>A reflection hides it.</summary>
    Hidden,
}

/// <summary>One normal of an outline: where the step across it lies (px, below a pixel exact) and the levels on both sides.</summary>
internal record struct EdgePoint(EdgeState State, double X, double Y, double Inside, double Outside);

/// <summary>Looks for the step from pupil to iris along the normals of an outline.</summary>
internal sealed class EdgeProbe
{
    internal const int Directions = 72;

    private const int MostSamples = 128;
    private const double FirstShare = 0.6; // of the steepest step: the first from inside that is so steep is the pupil's

    private readonly (double X, double Y)[] _units = new (double, double)[Directions];
    private readonly EdgePoint[] _points = new EdgePoint[Directions];
    private readonly double[] _profile = new double[MostSamples];
    private readonly double[] _slope = new double[MostSamples];

    internal EdgeProbe()
    {
        for (int i = 0; i < Directions; i++)
        {
            (double sin, double cos) = Math.SinCos(2 * Math.PI * i / Directions);
            _units[i] = (cos, sin);
        }
    }

    /// <summary>What the last look found, in the order of the directions.</summary>
    internal ReadOnlySpan<EdgePoint> Points => _points;

    /// <summary>Looks within <paramref name="reach"/> px of the outline.</summary>
    /// <param name="grey">The picture.</param>
    /// <param name="oval">The outline.</param>
    /// <param name="reach">px to both sides.</param>
    /// <param name="sign">1: the pupil is darker than the iris; -1: brighter.</param>
    /// <param name="glint">Brighter pixels are reflections.</param>
    /// <param name="leastStep">Smaller steps are none, grey levels.</param>
    internal void Look(ImageView grey, in Oval oval, double reach, int sign, int glint, double leastStep)
    {
        double radius = oval.Axes.Minor;
        double spacing = Math.Max(1, reach / 24);
        int half = Math.Clamp((int)Math.Round(0.03 * radius / spacing), 1, 3); // the step's slope is taken over this many samples to both sides
        int flank = half + 2, samples = (2 * (int)Math.Ceiling(reach / spacing)) + 1 + (2 * flank);
        double start = -spacing * (samples - 1) / 2;
        for (int i = 0; i < Directions; i++)
        {
            oval.At(_units[i].X, _units[i].Y, out double x, out double y, out double nx, out double ny);
            _points[i] = Sample(grey, x + (start * nx), y + (start * ny), spacing * nx, spacing * ny, samples)
                ? Along(samples, half, flank, sign, glint, leastStep) is var (state, at, inside, outside)
                    ? new EdgePoint(state, x + ((start + (at * spacing)) * nx), y + ((start + (at * spacing)) * ny), inside, outside)
                    : default
                : default;
        }
    }

    // False where the picture ends.
    private bool Sample(ImageView grey, double x, double y, double dx, double dy, int samples)
    {
        double endX = x + (dx * (samples - 1)), endY = y + (dy * (samples - 1));
        if (Math.Min(x, endX) < 0 || Math.Min(y, endY) < 0 || Math.Max(x, endX) >= grey.Width - 1 || Math.Max(y, endY) >= grey.Height - 1) return false;
        ReadOnlySpan<byte> pixels = grey.Image.Pixels;
        int stride = grey.Image.Stride, origin = (grey.Y * stride) + grey.X;
        for (int i = 0; i < samples; i++, x += dx, y += dy)
        {
            int column = (int)x, row = (int)y, at = origin + (row * stride) + column;
            double right = x - column, down = y - row;
            double above = pixels[at] + (right * (pixels[at + 1] - pixels[at]));
            double below = pixels[at + stride] + (right * (pixels[at + stride + 1] - pixels[at + stride]));
            _profile[i] = above + (down * (below - above));
        }

        return true;
    }

    private (EdgeState State, double At, double Inside, double Outside) Along(int samples, int half, int flank, int sign, int glint, double leastStep)
    {
        bool hidden = false;
        double steepest = 0;
        for (int i = flank; i < samples - flank; i++)
        {
            bool bright = _profile[i - flank] > glint || _profile[i + flank] > glint || _profile[i] > glint;
            hidden |= bright;
            _slope[i] = bright ? 0 : sign * (_profile[i + half] - _profile[i - half]);
            steepest = Math.Max(steepest, _slope[i]);
        }

        if (steepest < leastStep) return (hidden ? EdgeState.Hidden : EdgeState.Missing, 0, 0, 0);
        int at = flank;
        while (_slope[at] < FirstShare * steepest) at++;
        while (at + 1 < samples - flank && _slope[at + 1] > _slope[at]) at++;

        double before = at > flank ? _slope[at - 1] : _slope[at], after = at + 1 < samples - flank ? _slope[at + 1] : _slope[at];
        double curve = (2 * _slope[at]) - before - after;
        double shift = curve > 0 ? Math.Clamp(0.5 * (after - before) / curve, -0.5, 0.5) : 0;
        double inside = (_profile[at - half - 1] + _profile[at - flank]) / 2, outside = (_profile[at + half + 1] + _profile[at + flank]) / 2;
        return (EdgeState.Edge, at + shift, inside, outside);
    }
}
