using LoopRig.Core;

namespace LoopRig.Rig.Inception;

/// <summary>One Gabor on a frame. Lengths in pixels, angles in radians.</summary>
/// <param name="X">Centre, from the left.</param>
/// <param name="Y">Centre, from the top.</param>
/// <param name="Sigma">Standard deviation of the round envelope.</param>
/// <param name="CyclesPerPixel">Spatial frequency.</param>
/// <param name="Orientation">Direction along the bars, counter-clockwise from the right.</param>
/// <param name="Phase">0: bright centre.</param>
internal readonly record struct GaborPatch(double X, double Y, double Sigma, double CyclesPerPixel, double Orientation, double Phase)
{
    /// <summary>Draws it, from -1 to 1, 0 where it is not.</summary>
    public float[] Draw(int height, int width)
    {
        var pixels = new float[height * width];
        var (sin, cos) = Math.SinCos(Orientation);
        for (var at = 0; at < pixels.Length; at++)
        {
            var (right, up) = (at % width + 0.5 - X, Y - at / width - 0.5);
            var across = up * cos - right * sin;
            pixels[at] = (float)(Math.Exp(-(right * right + up * up) / (2 * Sigma * Sigma)) * Math.Cos(2 * Math.PI * CyclesPerPixel * across - Phase));
        }
        return pixels;
    }

    /// <summary>Another one near it: what a search tries next.</summary>
    public GaborPatch Near(SeededRandom random, double step) => this with
    {
        X = X + random.Normal(0, step * Sigma),
        Y = Y + random.Normal(0, step * Sigma),
        Sigma = Sigma * Math.Exp(random.Normal(0, 0.4 * step)),
        CyclesPerPixel = CyclesPerPixel * Math.Exp(random.Normal(0, 0.4 * step)),
        Orientation = Orientation + random.Normal(0, 0.4 * step),
        Phase = Phase + random.Normal(0, step),
    };
}
