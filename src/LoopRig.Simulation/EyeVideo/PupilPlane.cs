namespace LoopRig.Simulation.EyeVideo;

/// <summary>
/// The projective map from the plane of pupil and iris to the picture: (x w, y w, w) = M (u, v, 1), with u and v in px from the pupil's centre.
/// </summary>
internal readonly struct PupilPlane
{
    private readonly double _xu, _xv, _x1, _yu, _yv, _y1, _wu, _wv, _w1;

    internal PupilPlane(double xu, double xv, double x1, double yu, double yv, double y1, double wu, double wv, double w1)
    {
        (_xu, _xv, _x1, _yu, _yv, _y1, _wu, _wv, _w1) = (xu, xv, x1, yu, yv, y1, wu, wv, w1);
        // The adjugate inverts up to a factor, which a projective map does not feel.
        Ux = (yv * w1) - (y1 * wv);
        Uy = (x1 * wv) - (xv * w1);
        U1 = (xv * y1) - (x1 * yv);
        Vx = (y1 * wu) - (yu * w1);
        Vy = (xu * w1) - (x1 * wu);
        V1 = (x1 * yu) - (xu * y1);
        Wx = (yu * wv) - (yv * wu);
        Wy = (xv * wu) - (xu * wv);
        W1 = (xu * yv) - (xv * yu);
    }

    // Back from the picture: u = (Ux x + Uy y + U1) / (Wx x + Wy y + W1), and v alike.
    internal double Ux { get; }

    internal double Uy { get; }

    internal double U1 { get; }

    internal double Vx { get; }

    internal double Vy { get; }

    internal double V1 { get; }

    internal double Wx { get; }

    internal double Wy { get; }

    internal double W1 { get; }

    internal (double X, double Y) ToPicture(double u, double v)
    {
        double w = (_wu * u) + (_wv * v) + _w1;
        return (((_xu * u) + (_xv * v) + _x1) / w, ((_yu * u) + (_yv * v) + _y1) / w);
    }

    /// <summary>The ellipse that a circle about the pupil's centre becomes: centre, half axes (the longer first), px, and the longer one's angle, deg.</summary>
    internal (double X, double Y, double Major, double Minor, double AngleDeg) Outline(double radius)
    {
        // The conic u^2 + v^2 - r^2 w^2 = 0 with u, v, w linear in the picture's (x, y, 1).
        double r2 = radius * radius;
        double xx = (Ux * Ux) + (Vx * Vx) - (r2 * Wx * Wx), xy = (Ux * Uy) + (Vx * Vy) - (r2 * Wx * Wy), yy = (Uy * Uy) + (Vy * Vy) - (r2 * Wy * Wy);
        double x1 = (Ux * U1) + (Vx * V1) - (r2 * Wx * W1), y1 = (Uy * U1) + (Vy * V1) - (r2 * Wy * W1), one = (U1 * U1) + (V1 * V1) - (r2 * W1 * W1);
        double det = (xx * yy) - (xy * xy);
        double cx = ((xy * y1) - (yy * x1)) / det, cy = ((xy * x1) - (xx * y1)) / det;
        double atCentre = (x1 * cx) + (y1 * cy) + one; // below zero
        double mean = (xx + yy) / 2, spread = Math.Sqrt((((xx - yy) / 2) * ((xx - yy) / 2)) + (xy * xy));
        double angle = 0.5 * Math.Atan2(-2 * xy, yy - xx); // of the smaller eigenvalue, which belongs to the longer axis
        double degrees = angle * 180 / Math.PI;
        return (cx, cy, Math.Sqrt(-atCentre / (mean - spread)), Math.Sqrt(-atCentre / (mean + spread)), degrees < 0 ? degrees + 180 : degrees);
    }
}
