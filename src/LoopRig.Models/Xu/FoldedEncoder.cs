using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Xu;

/// <summary><see cref="VisualEncoder"/> in evaluation mode with its batch norms folded into the convolutions, for gradients by the image alone. Dropout can be left on, as the published synthesis leaves it.</summary>
internal sealed class FoldedEncoder(PatchConvolution first, (Tensor Weight, Tensor Bias)[] others, Size2 stride, Linear linear, double dropout) : IDisposable
{
    private const int Levels = 256; // a byte's: the rate of dropout is taken in steps of 1 / 256

    /// <summary>[B, 1, H, W] to [B, outputs].</summary>
    internal Tensor Forward(Tensor image, bool noise)
    {
        Tensor x = Drop(F.Relu(first.Forward(image)), noise);
        foreach ((Tensor weight, Tensor bias) in others)
            x = Drop(F.Relu(F.Conv2d(x, weight, bias, stride)), noise);
        return linear.Forward(x.Contiguous().Flatten(1));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        first.Dispose();
        foreach ((Tensor weight, Tensor bias) in others)
        {
            weight.Dispose();
            bias.Dispose();
        }
    }

    // libtorch's dropout draws two words an element, a quarter of a whole step; a byte serves as well.
    private Tensor Drop(Tensor x, bool noise)
    {
        int dropped = (int)Math.Round(dropout * Levels);
        if (!noise || dropped == 0) return x;
        long[] shape = x.Shape;
        Tensor kept = F.Ge(F.RandomBytes(x.Elements, x.Device), dropped).To(ScalarType.Float32) * (Levels / (double)(Levels - dropped));
        return x * kept.Reshape(shape[0], shape[2], shape[3], shape[1]).Permute(0, 3, 1, 2); // as x lies: channels last
    }
}
