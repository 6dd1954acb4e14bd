namespace LoopRig.Simulation.EyeVideo;

/// <summary>Two lids, each a parabola between the corners of the eye. The upper one does most of a blink.</summary>
internal sealed class Lids(double eyeX, double eyeY, double radius)
{
    private const double HalfWidth = 1.15, UpperHeight = 1.0, LowerHeight = 0.9; // of the rotation radius, wide open
    private const double ClosedAt = 0.55; // closed, the lids meet this far below the middle

    /// <summary>How far the opening reaches above and below the eye's middle in one column, px down; above is larger than below outside the opening.</summary>
    internal (double Upper, double Lower) Edges(double x, double opening)
    {
        double across = (x - eyeX) / (HalfWidth * radius);
        double arch = 1 - (across * across);
        double upper = ((1 - opening) * ClosedAt) - (opening * UpperHeight);
        double lower = ((1 - opening) * ClosedAt) + (opening * LowerHeight);
        return (eyeY + (radius * upper * arch), eyeY + (radius * lower * arch));
    }

    /// <summary>Whether a point lies between the lids.</summary>
    internal bool Inside(double x, double y, double opening)
    {
        (double upper, double lower) = Edges(x, opening);
        return y > upper && y < lower;
    }
}
