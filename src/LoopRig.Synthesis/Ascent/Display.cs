using LoopRig.Core;
using LoopRig.Torch;

namespace LoopRig.Synthesis;

/// <summary>
/// The shape of a stimulus and what its values mean on the monitor. Letters of this project: N stimuli of a chunk, T frames, C channels, H rows, W columns; stimuli are
/// [N, T, C, H, W], with T = 1 for a still.
/// </summary>
internal sealed class Display : IDisposable
{
    internal Display(InputSpec image, SynthesisInputs inputs, Device device)
    {
        (Channels, Height, Width, Device) = (image.Channels, image.Height, image.Width, device);
        Frames = inputs.Still ? 1 : inputs.Frames;
        (Mean, Std) = inputs.Pixels ?? (image.Mean.Length > 0 ? image.Mean[0] : 0, image.Std.Length > 0 ? image.Std[0] : 1);
        if (!(Std > 0)) throw new SynthesisException($"a standard deviation of {Std} cannot divide pixels");
        // Data that nobody centred have no grey of their own.
        Grey = ToNetwork(inputs.Grey ?? (Mean == 0 ? 0.5 : Mean));
        if (inputs.Mask is not { } mask) return;
        if (mask.Length != Height * Width) throw new SynthesisException($"the mask has {mask.Length} values, the image {Height} x {Width}");
        using Scope scope = new();
        Mask = scope.Keep(Tensor.FromArray(mask, Height, Width).To(device));
    }

    internal int Frames { get; }

    internal int Channels { get; }

    internal int Height { get; }

    internal int Width { get; }

    internal Device Device { get; }

    /// <summary>Network units are (pixel - Mean) / Std.</summary>
    internal double Mean { get; }

    /// <inheritdoc cref="Mean"/>
    internal double Std { get; }

    /// <summary>Grey in network units: about it norms are taken.</summary>
    internal double Grey { get; }

    /// <summary>[H, W]; null: everything shows.</summary>
    internal Tensor? Mask { get; }

    internal double ToNetwork(double pixel) => (pixel - Mean) / Std;

    internal Tensor ToNetwork(Tensor pixels) => (pixels - Mean) * (1 / Std);

    internal Tensor ToPixels(Tensor stimulus) => stimulus * Std + Mean;

    internal float[] ToPixels(float[] frame) => [.. frame.Select(value => (float)(value * Std + Mean))];

    /// <summary>[N, T, C, H, W].</summary>
    internal long[] Shape(int stimuli) => [stimuli, Frames, Channels, Height, Width];

    /// <inheritdoc/>
    public void Dispose() => Mask?.Dispose();
}
