namespace LoopRig.Rig.Inception;

/// <summary>
/// A smooth window about what of a most exciting image matters. Ascent leaves weak structure all over the frame, which takes contrast from the rest; Walker et al. 2019 show images through a
/// Gaussian window fitted to them for that. Theirs weighs pixels by the square of their contrast; at a fixed contrast of the whole frame the weak structure would then decide, so here it is the sixth power,
/// and the window is flat in its middle.
/// </summary>
internal static class EnvelopeMask
{
    // A Gaussian envelope to this power has so many times less variance.
    private const int Power = 6;
    // Half width of the window in deviations of the envelope: what lies beside its strongest part, such as a flank, stays.
    private const double Reach = 2.5;

    /// <summary>The image through its own window; gray outside.</summary>
    /// <param name="image">(height, width), 0 black to 1 white.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    public static float[] Apply(ReadOnlySpan<float> image, int height, int width)
    {
        var (mean, _) = ImageContrast.Moments(image);
        double sum = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
        for (var at = 0; at < image.Length; at++)
        {
            var (weight, column, row) = (Math.Pow(image[at] - mean, Power), at % width, at / width);
            sum += weight;
            x += weight * column;
            y += weight * row;
            xx += weight * column * column;
            yy += weight * row * row;
            xy += weight * column * row;
        }
        if (sum <= 0)
        {
            return image.ToArray();
        }
        (x, y) = (x / sum, y / sum);
        // A single pixel has no extent of its own.
        var (a, b, c) = (Power * (xx / sum - x * x) + 1, Power * (yy / sum - y * y) + 1, Power * (xy / sum - x * y));
        var determinant = a * b - c * c;
        var masked = new float[image.Length];
        for (var at = 0; at < masked.Length; at++)
        {
            var (right, down) = (at % width - x, at / width - y);
            var distance = (b * right * right - 2 * c * right * down + a * down * down) / determinant;
            var window = Math.Exp(-Math.Pow(distance / (Reach * Reach), 2));
            masked[at] = (float)(ImageContrast.Gray + window * (image[at] - mean));
        }
        return masked;
    }
}
