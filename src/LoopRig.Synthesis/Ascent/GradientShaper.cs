using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Synthesis;

/// <summary>What a preset does to the stimulus's gradient before the step: Fourier preconditioning, blur, clip, scale, in this order.</summary>
internal sealed class GradientShaper : IDisposable
{
    private const double Tiny = 1e-12;
    private static readonly long[] s_stimulus = [1, 2, 3, 4];

    private readonly SynthesisPreset _preset;
    private readonly FourierFilter? _fourier;

    internal GradientShaper(SynthesisPreset preset, Display display)
    {
        _preset = preset;
        _fourier = preset.FourierExponent == 0 ? null : new FourierFilter(display.Height, display.Width, preset.FourierExponent, display.Device);
    }

    /// <summary>[N, T, C, H, W] to the same.</summary>
    internal Tensor Shape(Tensor gradient, int step)
    {
        if (_fourier is not null) gradient = _fourier.Of(gradient);
        gradient = GaussianBlur.Of(gradient, _preset.GradientBlur.At(step, _preset.Steps));
        if (_preset.GradientClip is { } most) gradient *= F.Clamp(most / F.Clamp(Norm(gradient), Tiny, null), null, 1);
        return _preset.GradientScale switch
        {
            GradientScale.MeanMagnitude => gradient / F.Clamp(F.Mean(F.Abs(gradient), s_stimulus, keepDimensions: true), Tiny, null),
            GradientScale.Norm => gradient / F.Clamp(Norm(gradient), Tiny, null),
            _ => gradient,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _fourier?.Dispose();

    private static Tensor Norm(Tensor gradient) => F.Norm(gradient, 2, s_stimulus, keepDimensions: true);
}
