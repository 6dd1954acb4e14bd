using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>How well an outline fits a pupil.</summary>
/// <param name="Confidence">the part of the outline that lies on a step from an even inside to another level, times the evenness of the inside; 0 to 1</param>
/// <param name="Contrast">from the pupil's level to the iris's, grey levels, positive</param>
/// <param name="Gap">the longest stretch without such a step, as a part of the outline, 0 to 1</param>
internal readonly record struct Verdict(double Confidence, double Contrast, double Gap);

/// <summary>Judges an outline by the picture: the steps on it and the evenness in it.</summary>
internal sealed class OutlineJudge
{
    private const double StepShare = 0.4;      // of the contrast: what a step must reach, and what the inside may vary
    private const double FullContrast = 14;    // grey levels; less contrast is less sure
    private const double MostHidden = 0.4;     // of the outline, by reflections
    private const int LeastSteps = 8;

    private const int Spokes = EdgeProbe.Directions / SpokeStep, SpokeStep = 4;

    private static readonly double[] s_rings = [0.15, 0.4, 0.6, 0.75];

    private readonly byte[] _samples = new byte[4 * Spokes]; // a spoke after the other
    private readonly bool[] _sampled = new bool[4 * Spokes];
    private readonly double[] _levels = new double[4 * Spokes];
    private readonly double[] _steps = new double[EdgeProbe.Directions];
    private readonly bool[] _lies = new bool[EdgeProbe.Directions];

    /// <summary>Judges by the points that were last found along its normals.</summary>
    /// <param name="grey">The picture.</param>
    /// <param name="oval">The outline.</param>
    /// <param name="points">The steps near it.</param>
    /// <param name="tolerance">How far from the outline a step may lie, px.</param>
    /// <param name="sign">1: the pupil is darker than the iris; -1: brighter.</param>
    /// <param name="glint">Brighter pixels are reflections.</param>
    /// <param name="leastStep">Smaller steps are none, grey levels.</param>
    internal Verdict Judge(ImageView grey, in Oval oval, ReadOnlySpan<EdgePoint> points, double tolerance, int sign, int glint, double leastStep)
    {
        int levels = SampleInside(grey, oval, glint);
        if (levels < _levels.Length / 2) return default;
        Span<double> inside = _levels.AsSpan(0, levels);
        inside.Sort();
        double level = inside[levels / 2];
        double contrast = Contrast(oval, points, tolerance, sign, level);
        if (!(contrast >= leastStep)) return default;
        (int supported, int hidden, int gap) = Support(oval, points, tolerance, sign, level, contrast);
        double seen = points.Length - Math.Min(hidden, MostHidden * points.Length);
        double confidence = Math.Min(1, supported / seen) * Evenness(level, contrast) * Math.Min(1, contrast / FullContrast);
        return new Verdict(confidence, contrast, (double)gap / points.Length);
    }

    // The median step from the inside's level; NaN when hardly a step lies on the outline.
    private double Contrast(in Oval oval, ReadOnlySpan<EdgePoint> points, double tolerance, int sign, double level)
    {
        int steps = 0;
        for (int i = 0; i < points.Length; i++)
        {
            ref readonly EdgePoint point = ref points[i];
            _lies[i] = point.State == EdgeState.Edge && Math.Abs(oval.Distance(point.X, point.Y, out _, out _, out _, out _)) <= tolerance;
            if (_lies[i]) _steps[steps++] = sign * (point.Outside - level);
        }

        if (steps < LeastSteps) return double.NaN;
        _steps.AsSpan(0, steps).Sort();
        return _steps[steps / 2];
    }

    private (int Supported, int Hidden, int Gap) Support(in Oval oval, ReadOnlySpan<EdgePoint> points, double tolerance, int sign, double level, double contrast)
    {
        int supported = 0, hidden = 0, gap = 0, longest = 0;
        for (int i = 0; i < points.Length; i++)
        {
            ref readonly EdgePoint point = ref points[i];
            _lies[i] &= sign * (point.Outside - level) >= StepShare * contrast && Math.Abs(point.Inside - level) <= StepShare * contrast;
            supported += _lies[i] ? 1 : 0;
            hidden += point.State == EdgeState.Hidden ? 1 : 0;
        }

        for (int i = 0; i < 2 * points.Length; i++) // twice around: a gap may lie over the first direction
        {
            int at = i % points.Length;
            gap = _lies[at] || points[at].State == EdgeState.Hidden ? 0 : gap + 1;
            longest = Math.Max(longest, Math.Min(gap, points.Length));
        }

        return (supported, hidden, longest);
    }

    // Of the inside towards the supported parts of the outline: a lid over the rest takes its share there already.
    private double Evenness(double level, double contrast)
    {
        int even = 0, count = 0;
        for (int i = 0; i < _samples.Length; i++)
        {
            if (!_sampled[i] || !_lies[i / s_rings.Length * SpokeStep]) continue;
            count++;
            if (Math.Abs(_samples[i] - level) <= StepShare * contrast) even++;
        }

        return count > 0 ? (double)even / count : 0;
    }

    private int SampleInside(ImageView grey, in Oval oval, int glint)
    {
        int count = 0;
        for (int i = 0; i < _samples.Length; i++)
        {
            (double sin, double cos) = Math.SinCos(2 * Math.PI * (i / s_rings.Length) / Spokes);
            double ring = s_rings[i % s_rings.Length];
            int x = (int)Math.Round(oval.X + (ring * ((oval.Sxx * cos) + (oval.Sxy * sin)))), y = (int)Math.Round(oval.Y + (ring * ((oval.Sxy * cos) + (oval.Syy * sin))));
            bool within = x >= 0 && y >= 0 && x < grey.Width && y < grey.Height;
            _samples[i] = within ? grey.Row(y)[x] : (byte)0;
            _sampled[i] = within && _samples[i] <= glint;
            if (_sampled[i]) _levels[count++] = _samples[i];
        }

        return count;
    }
}
