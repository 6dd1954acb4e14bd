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

    private static readonly double[] s_rings = [0.15, 0.4, 0.6, 0.75];
    private const int Spokes = 18;

    private readonly double[] _levels = new double[4 * Spokes];
    private readonly double[] _steps = new double[EdgeProbe.Directions];

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

        int steps = 0, hidden = 0;
        foreach (ref readonly EdgePoint point in points)
        {
            if (point.State == EdgeState.Hidden) hidden++;
            if (point.State == EdgeState.Edge && Math.Abs(oval.Distance(point.X, point.Y, out _, out _, out _, out _)) <= tolerance)
                _steps[steps++] = sign * (point.Outside - level);
        }

        if (steps < 8) return default;
        _steps.AsSpan(0, steps).Sort();
        double contrast = _steps[steps / 2];
        if (contrast < leastStep) return default;

        int supported = 0, gap = 0, longest = 0;
        for (int i = 0; i < 2 * points.Length; i++) // twice around: a gap may lie over the first direction
        {
            ref readonly EdgePoint point = ref points[i % points.Length];
            bool lies = point.State == EdgeState.Edge && Math.Abs(oval.Distance(point.X, point.Y, out _, out _, out _, out _)) <= tolerance
                && sign * (point.Outside - level) >= StepShare * contrast && Math.Abs(point.Inside - level) <= StepShare * contrast;
            gap = lies || point.State == EdgeState.Hidden ? 0 : gap + 1;
            longest = Math.Max(longest, Math.Min(gap, points.Length));
            if (lies && i < points.Length) supported++;
        }

        int even = 0;
        foreach (double value in inside) even += Math.Abs(value - level) <= StepShare * contrast ? 1 : 0;
        double seen = EdgeProbe.Directions - Math.Min(hidden, MostHidden * EdgeProbe.Directions), evenness = (double)even / levels;
        return new Verdict(Math.Min(1, supported / seen) * evenness * Math.Min(1, contrast / FullContrast), contrast, (double)longest / points.Length);
    }

    private int SampleInside(ImageView grey, in Oval oval, int glint)
    {
        int count = 0;
        foreach (double ring in s_rings)
        {
            for (int spoke = 0; spoke < Spokes; spoke++)
            {
                (double sin, double cos) = Math.SinCos(2 * Math.PI * spoke / Spokes);
                int x = (int)Math.Round(oval.X + (ring * ((oval.Sxx * cos) + (oval.Sxy * sin)))), y = (int)Math.Round(oval.Y + (ring * ((oval.Sxy * cos) + (oval.Syy * sin))));
                if (x < 0 || y < 0 || x >= grey.Width || y >= grey.Height) continue;
                byte value = grey.Row(y)[x];
                if (value <= glint) _levels[count++] = value;
            }
        }

        return count;
    }
}
