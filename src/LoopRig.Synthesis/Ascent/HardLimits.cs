using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Synthesis;

/// <summary>Brings stimuli to the sizes that a preset demands, behind each step. Nothing here is differentiated.</summary>
internal sealed class HardLimits(SynthesisPreset preset, Display display)
{
    private const double Tiny = 1e-12;
    private const int Rounds = 12; // of sizing and clipping in turn, where both are exact; a clipped stimulus is brought to its size again
    private static readonly long[] s_stimulus = [1, 2, 3, 4];
    private static readonly long[] s_frame = [2, 3, 4];

    /// <summary>[N, T, C, H, W] to the same; the very same tensor where nothing is demanded.</summary>
    internal Tensor Apply(Tensor x)
    {
        bool sized = preset.Norm is not null || preset.Rms is not null || preset.Contrast is not null;
        if (!sized) return preset.KeepInRange ? Clip(x) : x;
        bool exact = preset.Norm is { Exact: true } || preset.Rms is { Exact: true } || preset.Contrast is { Exact: true };
        for (int round = 0; round < (exact && preset.KeepInRange ? Rounds : 1); round++)
        {
            x = Size(x);
            if (preset.KeepInRange) x = Clip(x);
        }
        return x;
    }

    private Tensor Size(Tensor x)
    {
        Tensor about = x - display.Grey;
        if (preset.Norm is { } norm) about *= Factor(F.Norm(about, 2, s_stimulus, keepDimensions: true), norm);
        if (preset.Rms is { } rms) about *= Factor(F.Sqrt(F.Mean(F.Square(about), s_frame, keepDimensions: true)), rms);
        x = about + display.Grey;
        return preset.Contrast is { } contrast ? SetContrast(x, contrast) : x;
    }

    // The nearest frame that has the contrast: in the plane of mean and deviation it lies straight below on the line deviation = contrast x mean, so that the mean moves too.
    private Tensor SetContrast(Tensor x, HardLimit limit)
    {
        Tensor pixels = display.ToPixels(x);
        Tensor mean = F.Mean(pixels, s_frame, keepDimensions: true);
        Tensor about = pixels - mean;
        Tensor deviation = F.Clamp(F.Sqrt(F.Mean(F.Square(about), s_frame, keepDimensions: true)), Tiny, null);
        Tensor nearest = F.Clamp((mean + limit.Value * deviation) * (1 / (1 + limit.Value * limit.Value)), 0, null);
        Tensor sized = nearest + about * (limit.Value * nearest / deviation);
        if (!limit.Exact) sized = F.Where(F.Gt(deviation, limit.Value * mean), sized, pixels);
        return display.ToNetwork(sized);
    }

    private Tensor Clip(Tensor x) => F.Clamp(x, display.ToNetwork(preset.Range.Lowest), display.ToNetwork(preset.Range.Highest));

    private static Tensor Factor(Tensor size, HardLimit limit)
    {
        Tensor factor = limit.Value / F.Clamp(size, Tiny, null);
        return limit.Exact ? factor : F.Clamp(factor, null, 1);
    }
}
