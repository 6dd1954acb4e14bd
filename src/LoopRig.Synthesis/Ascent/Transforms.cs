using LoopRig.Core;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Synthesis;

/// <summary>What happens to stimuli between the monitor and the network, anew in each step, so that what is found does not hang on a pixel: moved, enlarged, noisy.</summary>
internal sealed class Transforms(SynthesisPreset preset, Display display, IReadOnlyList<Batch> batches, int seed)
{
    /// <summary>[N, T, C, H, W] to the same. The whole chunk moves alike; noise is each batch's own, whatever lies beside it.</summary>
    internal Tensor Apply(Tensor x, int step)
    {
        if (preset.Jitter == 0 && preset.Zoom == 0 && preset.Noise == 0) return x;
        SeededRandom random = new((ulong)seed, $"move/{step}");
        if (preset.Jitter > 0) x = Moved(x, random.Below(2 * preset.Jitter + 1), random.Below(2 * preset.Jitter + 1));
        if (preset.Zoom > 0) x = Zoomed(x, 1 + random.Uniform(-preset.Zoom, preset.Zoom));
        if (preset.Noise > 0) x += preset.Noise * Noise(x, step);
        return x;
    }

    // Grey comes in from beyond the border.
    private Tensor Moved(Tensor x, int down, int across)
    {
        int most = preset.Jitter;
        Tensor padded = F.Pad(x, [most, most, most, most], display.Grey);
        return padded.Narrow(3, down, display.Height).Narrow(4, across, display.Width);
    }

    private Tensor Zoomed(Tensor x, double factor)
    {
        Tensor planes = (x - display.Grey).Reshape(1, -1, display.Height, display.Width);
        Tensor map = Tensor.FromArray([(float)(1 / factor), 0f, 0, 0, (float)(1 / factor), 0], 1, 2, 3).To(x.Device);
        Tensor zoomed = F.GridSample(planes, F.AffineGrid(map, planes.Shape));
        return zoomed.Reshape(x.Shape) + display.Grey;
    }

    private Tensor Noise(Tensor x, int step)
    {
        long[] shape = x.Shape;
        long each = shape[0] / batches.Count;
        return F.Cat([.. batches.Select(batch =>
        {
            using Generator generator = new(new SeededRandom((ulong)seed, $"noise/{batch.Stream}/{step}").NextBits());
            return Tensor.Randn([each, .. shape[1..]], generator).To(x.Device);
        })]);
    }
}
