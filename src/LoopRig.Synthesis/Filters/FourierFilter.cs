using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Synthesis;

/// <summary>Low-passes gradients by 1 / max(1, (fx^2 + fy^2)^p) over the mean of that, f in cycles an image (Walker et al. 2019).</summary>
internal sealed class FourierFilter : IDisposable
{
    private readonly Tensor _gains; // [H, W/2 + 1]
    private readonly Size2 _size;

    internal FourierFilter(int height, int width, double exponent, Device device)
    {
        _size = new Size2(height, width);
        int kept = width / 2 + 1;
        double[] gains = new double[height * width];
        for (int row = 0; row < height; row++)
            for (int column = 0; column < width; column++)
            {
                double fy = Math.Min(row, height - row), fx = Math.Min(column, width - column);
                gains[row * width + column] = 1 / Math.Max(1, Math.Pow(fx * fx + fy * fy, exponent));
            }
        double mean = gains.Average();
        float[] half = new float[height * kept];
        for (int i = 0; i < half.Length; i++)
            half[i] = (float)(gains[i / kept * width + i % kept] / mean);
        using Scope scope = new();
        _gains = scope.Keep(Tensor.FromArray(half, height, kept).To(device));
    }

    /// <summary>[..., H, W] to the same.</summary>
    internal Tensor Of(Tensor x) => F.InverseRealFft2(F.RealFft2(x) * _gains, _size);

    /// <inheritdoc/>
    public void Dispose() => _gains.Dispose();
}
