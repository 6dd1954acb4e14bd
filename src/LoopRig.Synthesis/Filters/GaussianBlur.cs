using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Synthesis;

/// <summary>
/// Gaussian blur of the last two dimensions as two products with matrices that hold the kernel and what lies beyond the border: exact for any width, and a
/// width that changes with every step costs nothing.
/// </summary>
internal static class GaussianBlur
{
    private const double Reach = 4;         // deviations; what lies beyond weighs 6e-5
    private const double LeastSigma = 0.15; // a narrower one keeps over 0.9999 of a pixel in its place

    /// <summary>[..., H, W] to the same; borders are mirrored.</summary>
    internal static Tensor Of(Tensor x, double sigma)
    {
        if (sigma < LeastSigma) return x;
        int height = (int)x.Size(-2), width = (int)x.Size(-1);
        Tensor down = Tensor.FromArray(Matrix(height, sigma, Border.Mirrored), height, height).To(x.Device);
        Tensor across = Tensor.FromArray(Matrix(width, sigma, Border.Mirrored), width, width).To(x.Device);
        return F.MatMul(down, F.MatMul(x, across.Transpose(0, 1)));
    }

    /// <summary>What lies beyond a border.</summary>
    internal enum Border
    {
        /// <summary>The image again, mirrored at the edge of its last pixel.</summary>
        Mirrored,

        /// <summary>Its last pixel.</summary>
        Extended,
    }

    /// <summary>[n, n]: row i holds the weights of each place in the blurred place i; each row sums to 1.</summary>
    internal static float[] Matrix(int n, double sigma, Border border)
    {
        int reach = (int)Math.Ceiling(Reach * sigma);
        double[] kernel = new double[2 * reach + 1];
        for (int i = 0; i < kernel.Length; i++)
            kernel[i] = Math.Exp(-(i - reach) * (i - reach) / (2 * sigma * sigma));
        double sum = kernel.Sum();
        double[] weights = new double[n * n];
        for (int row = 0; row < n; row++)
            for (int i = 0; i < kernel.Length; i++)
                weights[row * n + Inside(row + i - reach, n, border)] += kernel[i] / sum;
        return Array.ConvertAll(weights, static weight => (float)weight);
    }

    private static int Inside(int at, int n, Border border)
    {
        if (border == Border.Extended) return Math.Clamp(at, 0, n - 1);
        int period = 2 * n, folded = ((at % period) + period) % period;
        return folded < n ? folded : period - 1 - folded;
    }
}
