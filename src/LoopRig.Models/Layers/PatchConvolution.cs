using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Layers;

/// <summary>
/// An unpadded convolution of an image of one or few channels, made for gradients by the image: patches, then a product. libtorch's gradient of such a convolution takes several times as long, because its
/// kernels are made for many channels. The result is laid out with channels last, and so is what is computed of it.
/// </summary>
internal sealed class PatchConvolution : IDisposable
{
    private readonly Tensor _weight, _bias; // [O, C k k, 1, 1], [O]
    private readonly long _kernel, _stride;

    /// <summary>Copies the weights.</summary>
    /// <param name="weight">[O, C, k, k].</param>
    /// <param name="bias">[O].</param>
    /// <param name="stride">Step in both directions.</param>
    internal PatchConvolution(Tensor weight, Tensor bias, long stride)
    {
        using NoGrad guard = new();
        using Scope scope = new();
        (_kernel, _stride) = (weight.Size(2), stride);
        _weight = scope.Keep(weight.Detach().Flatten(1).Unsqueeze(2).Unsqueeze(3).Clone());
        _bias = scope.Keep(bias.Detach().Clone());
    }

    /// <summary>[N, C, H, W] to [N, O, H', W'].</summary>
    internal Tensor Forward(Tensor image)
    {
        Tensor windows = F.Unfold(F.Unfold(image, 2, _kernel, _stride), 3, _kernel, _stride); // [N, C, H', W', k, k]
        Tensor patches = windows.Permute(0, 2, 3, 1, 4, 5).Flatten(3); // [N, H', W', C k k]
        return F.Conv2d(patches.Permute(0, 3, 1, 2), _weight, _bias);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
    }
}
