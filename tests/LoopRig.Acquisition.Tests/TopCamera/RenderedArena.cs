using LoopRig.Core;

namespace LoopRig.Acquisition.Tests;

/// <summary>Draws a mouse in an arena, grey, with everything that makes it hard: uneven light, noise, a soft shadow, a tail, dark things that do not move.</summary>
internal sealed class RenderedArena(int width = 320, int height = 240)
{
    internal const double BodyLength = 50;
    private const double HalfLength = BodyLength / 2;
    private const double HalfWidth = 12;
    private readonly Random _random = new(5);

    internal double Light { get; set; } = 1;

    internal double ShadowLeft { get; set; } = 1;

    internal bool Bright { get; init; }

    internal (double X, double Y)? Thing { get; set; }

    internal byte[] Pixels { get; } = new byte[width * height];

    internal StreamDescriptor Frames => new() { Name = "frames", Kind = StreamKind.Image, DType = DType.U8, Shape = [height, width], RateHz = 30 };

    /// <summary>Draws a frame; without a mouse where x is NaN. The heading is in degrees, 90 to the top.</summary>
    internal void Draw(double x, double y, double headingDeg)
    {
        double angle = headingDeg * Math.PI / 180, ux = Math.Cos(angle), uy = -Math.Sin(angle);
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                double floor = 150 + (50 * Math.Sin(column / 60.0) * Math.Cos(row / 45.0)) + (6 * Math.Sin((column * 0.9) + (row * 0.7)));
                if (row < 12) floor *= 0.4; // a wall
                if (Bright) floor *= 0.4;
                double value = floor * Light;
                if (Thing is { } thing && Inside(column - thing.X, row - thing.Y, 1, 0, 22, 13)) value = 25 * Light;
                if (double.IsFinite(x))
                {
                    double dx = column - x, dy = row - y;
                    if (ShadowLeft < 1 && Inside(dx - 6, dy - 5, ux, uy, HalfLength + 3, HalfWidth + 4)) value *= ShadowLeft;
                    if (IsMouse(dx, dy, ux, uy)) value = (Bright ? 200 : 25) * Light;
                }

                value += 4 * (_random.NextDouble() + _random.NextDouble() - 1);
                Pixels[(row * width) + column] = (byte)Math.Clamp(value, 0, 255);
            }
        }
    }

    // An egg with its narrow end at the nose, and a bent tail of three pixels.
    private static bool IsMouse(double dx, double dy, double ux, double uy)
    {
        double along = (dx * ux) + (dy * uy) - (HalfLength / 16), across = (dy * ux) - (dx * uy); // the egg's centroid lies that far behind its middle
        double taper = 1 - (0.25 * along / HalfLength);
        if (Inside(along, across / taper, 1, 0, HalfLength, HalfWidth)) return true;
        double behind = -along - HalfLength;
        return behind is > -2 and < 40 && Math.Abs(across - (behind * behind / 120)) < 1.6;
    }

    private static bool Inside(double dx, double dy, double ux, double uy, double half, double halfAcross)
    {
        double along = ((dx * ux) + (dy * uy)) / half, across = ((dy * ux) - (dx * uy)) / halfAcross;
        return (along * along) + (across * across) < 1;
    }
}
