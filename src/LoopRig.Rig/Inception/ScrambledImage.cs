using LoopRig.Core;

namespace LoopRig.Rig.Inception;

/// <summary>
/// An image whose pixels are the same and in the same region, but not in their order: squares of it change places within the rectangle that holds most of its contrast. What is left of a
/// response to it needs the place and the contrast of the image, not its form.
/// </summary>
internal static class ScrambledImage
{
    private const double Held = 0.95;
    private const int LeastBlocks = 3; // along each side

    /// <summary>Scrambles.</summary>
    /// <param name="image">(height, width), 0 black to 1 white, its mean gray.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="random">Of the order.</param>
    public static float[] Of(ReadOnlySpan<float> image, int height, int width, SeededRandom random)
    {
        var (top, bottom) = Span(Energy(image, width, rows: true, height));
        var (left, right) = Span(Energy(image, width, rows: false, width));
        var side = Math.Max(1, Math.Min(bottom - top, right - left) / LeastBlocks / 2);
        var (down, across) = (Math.Max(1, (bottom - top) / side), Math.Max(1, (right - left) / side));
        var order = Enumerable.Range(0, down * across).ToArray();
        for (var i = order.Length - 1; i > 0; i--)
        {
            var j = random.Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }
        var scrambled = image.ToArray();
        for (var block = 0; block < order.Length; block++)
        {
            var (toRow, toColumn) = (top + block / across * side, left + block % across * side);
            var (fromRow, fromColumn) = (top + order[block] / across * side, left + order[block] % across * side);
            for (var row = 0; row < side; row++)
            {
                image.Slice((fromRow + row) * width + fromColumn, side).CopyTo(scrambled.AsSpan((toRow + row) * width + toColumn, side));
            }
        }
        return scrambled;
    }

    private static double[] Energy(ReadOnlySpan<float> image, int width, bool rows, int length)
    {
        var energy = new double[length];
        for (var at = 0; at < image.Length; at++)
        {
            var contrast = image[at] - ImageContrast.Gray;
            energy[rows ? at / width : at % width] += contrast * contrast;
        }
        return energy;
    }

    // The stretch without the outermost shares, half of what is left out at either end.
    private static (int From, int To) Span(double[] energy)
    {
        var outside = energy.Sum() * (1 - Held) / 2;
        var (from, to) = (0, energy.Length);
        for (double sum = energy[0]; sum < outside && from < to - 1; sum += energy[from])
        {
            from++;
        }
        for (double sum = energy[^1]; sum < outside && to > from + 1; sum += energy[to - 1])
        {
            to--;
        }
        return (from, to);
    }
}
