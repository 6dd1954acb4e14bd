using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Xu;

/// <summary>Convolutions with batch norm, ReLU and dropout, then one linear layer (Xu et al. 2023): to a number a unit, or to an autoencoder's code.</summary>
internal sealed class VisualEncoder
{
    // The published code is one list of layers, four a convolution: convolution, norm, ReLU, dropout; then flatten and linear.
    private const int LayersEach = 4;

    private readonly Convolution[] _convolutions;
    private readonly BatchNorm[] _norms;
    private readonly Linear _linear;
    private readonly double _dropout;
    private readonly int _stride;

    internal VisualEncoder(ParameterSet parameters, string name, ConvolutionSizes sizes, int outputs, double dropout)
    {
        int[] channels = sizes.Channels;
        _convolutions = new Convolution[channels.Length];
        _norms = new BatchNorm[channels.Length];
        for (int i = 0; i < channels.Length; i++)
        {
            int inputs = i == 0 ? 1 : channels[i - 1];
            _convolutions[i] = new Convolution(parameters, $"{name}.layers.{LayersEach * i}", inputs, channels[i], sizes.Kernel, sizes.Stride);
            _norms[i] = new BatchNorm(parameters, $"{name}.layers.{LayersEach * i + 1}", channels[i]);
        }
        (int rows, int columns) = sizes.Maps()[^1];
        _linear = new Linear(parameters, $"{name}.layers.{LayersEach * channels.Length + 1}", channels[^1] * rows * columns, outputs);
        (_dropout, _stride) = (dropout, sizes.Stride);
    }

    /// <summary>The encoder as it is in evaluation mode now; the linear layer stays this one's. The caller disposes it.</summary>
    internal FoldedEncoder Fold()
    {
        using NoGrad guard = new();
        using Scope scope = new();
        (Tensor Weight, Tensor Bias) Folded(int i)
        {
            (Tensor scale, Tensor offset) = _norms[i].Affine();
            return ((_convolutions[i].Weight * scale.Reshape(-1, 1, 1, 1)).Detach(), (_convolutions[i].Bias! * scale + offset).Detach());
        }
        (Tensor first, Tensor bias) = Folded(0);
        (Tensor, Tensor)[] others = new (Tensor, Tensor)[_convolutions.Length - 1];
        for (int i = 0; i < others.Length; i++)
        {
            (Tensor weight, Tensor offset) = Folded(i + 1);
            others[i] = (scope.Keep(weight.ChannelsLast()), scope.Keep(offset));
        }
        return new FoldedEncoder(new PatchConvolution(first, bias, _stride), others, new Size2(_stride, _stride), _linear, _dropout);
    }

    /// <summary>[B, 1, H, W] to [B, outputs].</summary>
    /// <param name="image">The images.</param>
    /// <param name="training">Batch statistics; the running ones change in place.</param>
    /// <param name="noise">Dropout.</param>
    internal Tensor Forward(Tensor image, bool training, bool noise)
    {
        Tensor x = image;
        for (int i = 0; i < _convolutions.Length; i++)
        {
            x = F.Relu(_norms[i].Forward(_convolutions[i].Forward(x), training)); // [B, O, H', W']
            if (noise && _dropout > 0) x = F.Dropout(x, _dropout, training: true);
        }
        return _linear.Forward(x.Flatten(1));
    }
}
