using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>
/// An ellipse as a centre c and a symmetric matrix S: the points c + S u for all unit vectors u. Unlike axes and an angle it has no singular case: a circle is
/// S = r I. Px.
/// </summary>
internal struct Oval
{
    internal double X, Y, Sxx, Sxy, Syy;

    internal static Oval Circle(double x, double y, double radius) => new() { X = x, Y = y, Sxx = radius, Syy = radius };

    internal static Oval Of(in Ellipse e)
    {
        (double sin, double cos) = Math.SinCos(e.AngleDeg * Math.PI / 180);
        double a = e.Width / 2, b = e.Height / 2;
        return new Oval { X = e.CentreX, Y = e.CentreY, Sxx = (a * cos * cos) + (b * sin * sin), Syy = (a * sin * sin) + (b * cos * cos), Sxy = (a - b) * sin * cos };
    }

    /// <summary>Half of the longer axis, and of the shorter: the eigenvalues of S; the shorter is below zero when this is no ellipse.</summary>
    internal readonly (double Major, double Minor) Axes
    {
        get
        {
            double mean = (Sxx + Syy) / 2, spread = Math.Sqrt(((Sxx - Syy) * (Sxx - Syy) / 4) + (Sxy * Sxy));
            return (mean + spread, mean - spread);
        }
    }

    internal readonly Ellipse ToEllipse()
    {
        (double major, double minor) = Axes;
        double angle = 0.5 * Math.Atan2(2 * Sxy, Sxx - Syy) * 180 / Math.PI;
        return new Ellipse(X, Y, 2 * major, 2 * minor, angle < 0 ? angle + 180 : angle);
    }

    /// <summary>The same in a picture whose pixels are smaller by a factor, the centre of the first pixel being (0, 0) in both.</summary>
    internal readonly Oval Scaled(double factor) => new()
    {
        X = ((X + 0.5) * factor) - 0.5,
        Y = ((Y + 0.5) * factor) - 0.5,
        Sxx = Sxx * factor,
        Sxy = Sxy * factor,
        Syy = Syy * factor,
    };

    /// <summary>The point in the parametric direction u, and the outward normal there.</summary>
    internal readonly void At(double ux, double uy, out double x, out double y, out double nx, out double ny)
    {
        (x, y) = (X + (Sxx * ux) + (Sxy * uy), Y + (Sxy * ux) + (Syy * uy));
        // S^-1 u, up to the determinant, which is positive.
        (nx, ny) = ((Syy * ux) - (Sxy * uy), (Sxx * uy) - (Sxy * ux));
        double length = Math.Sqrt((nx * nx) + (ny * ny));
        (nx, ny) = (nx / length, ny / length);
    }

    /// <summary>The distance of a point from the outline along the normal, to first order, px; outside positive. Gives u and the normal too.</summary>
    internal readonly double Distance(double px, double py, out double ux, out double uy, out double nx, out double ny)
    {
        double det = (Sxx * Syy) - (Sxy * Sxy), dx = px - X, dy = py - Y;
        double vx = ((Syy * dx) - (Sxy * dy)) / det, vy = ((Sxx * dy) - (Sxy * dx)) / det;
        double scaled = Math.Sqrt((vx * vx) + (vy * vy)) + 1e-12;
        (ux, uy) = (vx / scaled, vy / scaled);
        (nx, ny) = (((Syy * ux) - (Sxy * uy)) / det, ((Sxx * uy) - (Sxy * ux)) / det);
        double slope = Math.Sqrt((nx * nx) + (ny * ny));
        (nx, ny) = (nx / slope, ny / slope);
        return (scaled - 1) / slope;
    }
}
