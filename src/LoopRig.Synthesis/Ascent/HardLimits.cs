using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Synthesis;

/// <summary>Brings stimuli to the sizes that a preset demands, behind each step. Nothing here is differentiated. Sizes are of what shows: what lies behind a mask does not count.</summary>
internal sealed class HardLimits(SynthesisPreset preset, Display display)
{
    private const double Tiny = 1e-12;
    private const int Rounds = 12; // of sizing and clipping in turn, where both are exact; a clipped stimulus is brought to its size again
    private static readonly long[] s_stimulus = [1, 2, 3, 4];
    private static readonly long[] s_frame = [2, 3, 4];

    /// <summary>[N, T, C, H, W] to the same; the very same tensor where nothing is demanded.</summary>
    internal Tensor Apply(Tensor x)
    {
        // Without a gradient it would stay noise for ever, and a size that grows would carry it out of all numbers.
        if (display.Mask is { } mask) x = F.Where(F.Gt(mask, 0), x, Tensor.Scalar((float)display.Grey).To(x.Device));
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
        if (preset.Norm is { } norm) about *= Factor(F.Norm(Masked(about), 2, s_stimulus, keepDimensions: true), norm);
        if (preset.Rms is { } rms) about *= Factor(F.Sqrt(F.Mean(F.Square(Masked(about)), s_frame, keepDimensions: true)), rms);
        x = about + display.Grey;
        if (preset.Contrast is not { } contrast) return x;
        return display.Mask is null ? SetContrast(x, contrast) : SetMaskedContrast(x, contrast);
    }

    private Tensor Masked(Tensor about) => display.Mask is { } mask ? about * mask : about;

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

    // The mean cannot move freely where the surround stays grey: departures from grey are scaled by the one factor a at which a deviation = contrast x (grey + a (mean - grey)).
    private Tensor SetMaskedContrast(Tensor x, HardLimit limit)
    {
        double grey = display.Grey * display.Std + display.Mean;
        Tensor about = display.ToPixels(x) - grey, shows = Masked(about);
        Tensor departure = F.Mean(shows, s_frame, keepDimensions: true); // mean - grey
        Tensor deviation = F.Sqrt(F.Mean(F.Square(shows - departure), s_frame, keepDimensions: true));
        Tensor left = deviation - limit.Value * departure;
        Tensor factor = limit.Value * grey / F.Clamp(left, Tiny, null);
        // One that is brighter than grey alone has no such factor.
        Tensor sized = F.Where(F.Gt(left, Tiny), about * (limit.Exact ? factor : F.Clamp(factor, null, 1)), about);
        return display.ToNetwork(sized + grey);
    }

    private Tensor Clip(Tensor x) => F.Clamp(x, display.ToNetwork(preset.Range.Lowest), display.ToNetwork(preset.Range.Highest));

    private static Tensor Factor(Tensor size, HardLimit limit)
    {
        Tensor factor = limit.Value / F.Clamp(size, Tiny, null);
        return limit.Exact ? factor : F.Clamp(factor, null, 1);
    }
}
