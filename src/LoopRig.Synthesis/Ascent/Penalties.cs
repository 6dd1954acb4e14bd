using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Synthesis;

/// <summary>The penalties of a preset, one number a stimulus.</summary>
internal sealed class Penalties : IDisposable
{
    private const double Tiny = 1e-12; // keeps a root's slope finite at a flat stimulus
    private static readonly long[] s_all = [1, 2, 3, 4];

    private readonly SynthesisPreset _preset;
    private readonly Display _display;
    private readonly Tensor _laplace;
    private readonly Tensor? _blurRows, _blurColumns, _blurFrames;

    internal Penalties(SynthesisPreset preset, Display display)
    {
        (_preset, _display) = (preset, display);
        using Scope scope = new();
        _laplace = scope.Keep(Tensor.FromArray([0f, -1, 0, -1, 4, -1, 0, -1, 0], 1, 1, 3, 3).To(display.Device));
        if (preset.GaussianRoughness == 0) return;
        Tensor Blur(int n) => scope.Keep(Tensor.FromArray(GaussianBlur.Matrix(n, 1, GaussianBlur.Border.Extended), n, n).To(display.Device));
        (_blurRows, _blurColumns, _blurFrames) = (Blur(display.Height), Blur(display.Width), Blur(display.Frames));
    }

    /// <summary>Stimuli [N, T, C, H, W] in network units to what they cost, [N]; null where nothing costs.</summary>
    /// <param name="x">The stimuli.</param>
    /// <param name="batch">Stimuli of one batch, which lie side by side.</param>
    internal Tensor? Of(Tensor x, int batch)
    {
        SynthesisPreset preset = _preset;
        Tensor? sum = null;
        void Add(double weight, Func<Tensor> cost)
        {
            if (weight == 0) return;
            Tensor weighted = weight * cost();
            sum = sum is null ? weighted : sum + weighted;
        }
        Add(preset.TotalVariation, () => PerStimulus(F.Abs(Down(x))) + PerStimulus(F.Abs(Across(x))));
        Add(preset.SpaceSmoothness, () => PerStimulus(F.Square(Down(x))) + PerStimulus(F.Square(Across(x))));
        if (x.Size(1) > 1) Add(preset.TimeSmoothness, () => PerStimulus(F.Square(x.Narrow(1, 1, x.Size(1) - 1) - x.Narrow(1, 0, x.Size(1) - 1))));
        Add(preset.Laplacian, () => PerStimulus(F.Square(Laplace(x))));
        Add(preset.LaplacianNorm, () => OfBatch(x, batch));
        Add(preset.Lp, () => F.Pow(PerStimulus(F.Pow(F.Abs(x - _display.Grey) + Tiny, preset.LpExponent)), 1 / preset.LpExponent));
        Add(preset.GaussianRoughness, () => F.Sum(F.Square(Rough(_display.ToPixels(x))), s_all));
        return sum;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _laplace.Dispose();
        _blurRows?.Dispose();
        _blurColumns?.Dispose();
        _blurFrames?.Dispose();
    }

    private static Tensor PerStimulus(Tensor x) => F.Mean(x, s_all);

    private static Tensor Down(Tensor x) => x.Narrow(3, 1, x.Size(3) - 1) - x.Narrow(3, 0, x.Size(3) - 1);

    private static Tensor Across(Tensor x) => x.Narrow(4, 1, x.Size(4) - 1) - x.Narrow(4, 0, x.Size(4) - 1);

    // Inside the image alone: what lies beyond is unknown.
    private Tensor Laplace(Tensor x)
    {
        Tensor planes = F.Conv2d(x.Reshape(-1, 1, x.Size(3), x.Size(4)), _laplace);
        return planes.Reshape(x.Size(0), x.Size(1), x.Size(2), planes.Size(2), planes.Size(3));
    }

    // The norm over all stimuli of a batch, for each of them: the published loss adds it once a stimulus.
    private Tensor OfBatch(Tensor x, int batch)
    {
        Tensor squares = F.Sum(F.Square(Laplace(x)), s_all).Reshape(-1, batch); // [batches, batch]
        return F.Sqrt(F.Sum(squares, [1], keepDimensions: true) + Tiny).Expand(-1, batch).Reshape(-1);
    }

    private Tensor Rough(Tensor pixels)
    {
        Tensor blurred = F.MatMul(_blurRows!, F.MatMul(pixels, _blurColumns!.Transpose(0, 1)));
        if (pixels.Size(1) > 1)
        {
            long[] shape = blurred.Shape;
            blurred = F.MatMul(_blurFrames!, blurred.Flatten(2)).Reshape(shape); // [N, T, C H W]
        }
        return pixels - blurred;
    }
}
