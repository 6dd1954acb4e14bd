using LoopRig.Core;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Synthesis;

/// <summary>What lies behind a stimulus with a learned alpha: one of the pictures given, or noise with a 1/f amplitude spectrum, another in each step.</summary>
internal sealed class Backgrounds(Display display, IReadOnlyList<float[]> pictures, int seed)
{
    private const double NoiseDeviation = 0.2; // pixels about grey

    /// <summary>[1, 1, C, H, W] in network units.</summary>
    internal Tensor Draw(int step)
    {
        SeededRandom random = new((ulong)seed, $"background/{step}");
        if (pictures.Count == 0) return Noise(random);
        float[] picture = pictures[random.Below(pictures.Count)];
        return display.ToNetwork(Tensor.FromArray(picture, 1, 1, display.Channels, display.Height, display.Width).To(display.Device));
    }

    private Tensor Noise(SeededRandom random)
    {
        (int height, int width) = (display.Height, display.Width);
        using Generator generator = new(random.NextBits());
        Tensor white = Tensor.Randn([1, 1, display.Channels, height, width], generator);
        using FourierFilter pink = new(height, width, 0.5, Device.Cpu); // (f^2)^.5
        Tensor noise = pink.Of(white);
        noise = noise - F.Mean(noise);
        noise *= NoiseDeviation / display.Std * F.Rsqrt(F.Mean(F.Square(noise)) + 1e-12);
        return (noise + display.Grey).To(display.Device);
    }
}
