using LoopRig.Core.Stimuli;

namespace LoopRig.Rig.Synthesis;

/// <summary>
/// The Butterworth low-pass by which receptive fields are shown (Xu et al. 2023, figure 4: scikit-image's filter with a cut-off ratio of 0.05, order 2): each Fourier component times
/// 1 / (1 + (f / cutoff)^(2 order)), f in cycles a pixel.
/// </summary>
internal static class Butterworth
{
    private const int Order = 2;

    /// <summary>Smooths an image (height, width); its edges are mirrored, so that one does not leak into the other.</summary>
    /// <param name="image">Row-major.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="cutoff">Cycles a pixel at which half is left; 0: nothing is smoothed.</param>
    public static float[] LowPass(ReadOnlySpan<float> image, int height, int width, double cutoff)
    {
        if (cutoff <= 0)
        {
            return image.ToArray();
        }
        int rows = 2 * height, columns = 2 * width;
        var (re, im) = (new double[rows * columns], new double[rows * columns]);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                re[row * columns + column] = image[(row < height ? row : rows - 1 - row) * width + (column < width ? column : columns - 1 - column)];
            }
        }
        var fourier = new Fourier2(rows, columns);
        fourier.Forward(re, im);
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var (y, x) = (Math.Min(row, rows - row) / (double)rows, Math.Min(column, columns - column) / (double)columns);
                var gain = 1 / (1 + Math.Pow((x * x + y * y) / (cutoff * cutoff), Order));
                re[row * columns + column] *= gain;
                im[row * columns + column] *= gain;
            }
        }
        fourier.Inverse(re, im);
        var smooth = new float[height * width];
        for (var i = 0; i < smooth.Length; i++)
        {
            smooth[i] = (float)re[i / width * columns + i % width];
        }
        return smooth;
    }
}
