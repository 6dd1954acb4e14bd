namespace LoopRig.Acquisition;

/// <summary>
/// The circle that most edge points lie on, among circles through three of them: where a lid or whiskers hide a part of the outline, the visible arc decides.
/// The triples are always the same, so the answer is too.
/// </summary>
internal static class CircleVote
{
    private const double Tolerance = 0.1; // of the radius: pupils seen obliquely are not circles
    private const int Directions = EdgeProbe.Directions;

    /// <summary>Gives the points on the best circle, 0 if there is none.</summary>
    internal static int Best(ReadOnlySpan<EdgePoint> points, double minRadius, double maxRadius, out Oval circle)
    {
        circle = default;
        int most = 0;
        for (int gap = Directions / 9; gap <= Directions / 3; gap += Directions / 18)
        {
            for (int first = 0; first < Directions; first += 3)
            {
                EdgePoint a = points[first], b = points[(first + gap) % Directions], c = points[(first + (2 * gap)) % Directions];
                if (a.State != EdgeState.Edge || b.State != EdgeState.Edge || c.State != EdgeState.Edge) continue;
                if (!Through(a, b, c, out double x, out double y, out double radius) || radius < minRadius || radius > maxRadius) continue;
                int votes = Votes(points, x, y, radius);
                if (votes > most) (most, circle) = (votes, Oval.Circle(x, y, radius));
            }
        }

        return most;
    }

    private static int Votes(ReadOnlySpan<EdgePoint> points, double x, double y, double radius)
    {
        double least = radius * (1 - Tolerance), largest = radius * (1 + Tolerance);
        int votes = 0;
        foreach (ref readonly EdgePoint p in points)
        {
            double squared = ((p.X - x) * (p.X - x)) + ((p.Y - y) * (p.Y - y));
            if (p.State == EdgeState.Edge && squared > least * least && squared < largest * largest) votes++;
        }

        return votes;
    }

    private static bool Through(in EdgePoint a, in EdgePoint b, in EdgePoint c, out double x, out double y, out double radius)
    {
        double bx = b.X - a.X, by = b.Y - a.Y, cx = c.X - a.X, cy = c.Y - a.Y, twice = 2 * ((bx * cy) - (by * cx));
        double bb = (bx * bx) + (by * by), cc = (cx * cx) + (cy * cy);
        double ux = ((cy * bb) - (by * cc)) / twice, uy = ((bx * cc) - (cx * bb)) / twice;
        (x, y, radius) = (a.X + ux, a.Y + uy, Math.Sqrt((ux * ux) + (uy * uy)));
        return Math.Abs(twice) > 1e-6;
    }
}
