namespace LoopRig.Acquisition;

/// <summary>A connected region: its size, place and second moments.</summary>
/// <param name="Label">its value in the label picture, from 1</param>
/// <param name="Area">px^2</param>
/// <param name="X">centroid, px from the left</param>
/// <param name="Y">centroid, px from the top</param>
/// <param name="Xx">variance along x, px^2</param>
/// <param name="Xy">covariance, px^2</param>
/// <param name="Yy">variance along y, px^2</param>
internal readonly record struct Blob(byte Label, double Area, double X, double Y, double Xx, double Xy, double Yy)
{
    /// <summary>Larger over smaller standard deviation.</summary>
    internal double Elongation
    {
        get
        {
            double half = (Xx + Yy) / 2, spread = Math.Sqrt((((Xx - Yy) * (Xx - Yy)) / 4) + (Xy * Xy));
            return Math.Sqrt((half + spread) / Math.Max(1e-6, half - spread));
        }
    }

    /// <summary>The long axis's direction, a unit vector of either sign.</summary>
    internal (double X, double Y) Axis
    {
        get
        {
            double angle = 0.5 * Math.Atan2(2 * Xy, Xx - Yy);
            return (Math.Cos(angle), Math.Sin(angle));
        }
    }
}
