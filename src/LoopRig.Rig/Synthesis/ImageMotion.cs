namespace LoopRig.Rig.Synthesis;

/// <summary>An image turned, enlarged and moved about a point; between pixels it is interpolated, beyond its border it is what surrounds it.</summary>
/// <param name="TurnDeg">Counter-clockwise as seen.</param>
/// <param name="Scale">1 leaves the size.</param>
/// <param name="Right">px.</param>
/// <param name="Down">px.</param>
internal readonly record struct ImageMotion(double TurnDeg, double Scale, double Right, double Down)
{
    /// <summary>The moved image.</summary>
    /// <param name="image">(height, width), row-major.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="x">Column that it turns and grows about.</param>
    /// <param name="y">Row that it turns and grows about.</param>
    /// <param name="background">What is beyond the border.</param>
    public float[] Apply(ReadOnlySpan<float> image, int height, int width, double x, double y, float background)
    {
        var (sin, cos) = Math.SinCos(TurnDeg * Math.PI / 180);
        var moved = new float[image.Length];
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < width; column++)
            {
                // Rows run downwards: a turn counter-clockwise as seen looks up its source clockwise.
                double right = (column - Right - x) / Scale, down = (row - Down - y) / Scale;
                moved[row * width + column] = Sample(image, height, width, x + right * cos - down * sin, y + right * sin + down * cos, background);
            }
        }
        return moved;
    }

    private static float Sample(ReadOnlySpan<float> image, int height, int width, double x, double y, float background)
    {
        int left = (int)Math.Floor(x), top = (int)Math.Floor(y);
        var (u, v) = ((float)(x - left), (float)(y - top));
        return (1 - v) * ((1 - u) * At(image, top, left) + u * At(image, top, left + 1)) + v * ((1 - u) * At(image, top + 1, left) + u * At(image, top + 1, left + 1));

        float At(ReadOnlySpan<float> pixels, int row, int column) => row >= 0 && row < height && column >= 0 && column < width ? pixels[row * width + column] : background;
    }
}
