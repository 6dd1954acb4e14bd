using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Xu;

/// <summary>Convolutions with batch norm, ReLU and dropout, then one linear layer to a number a unit (Xu et al. 2023).</summary>
internal sealed class VisualEncoder
{
    // The published code is one list of layers, four a convolution: convolution, norm, ReLU, dropout; then flatten and linear.
    private const int LayersEach = 4;

    private readonly Convolution[] _convolutions;
    private readonly BatchNorm[] _norms;
    private readonly Linear _linear;
    private readonly double _dropout;

    internal VisualEncoder(ParameterSet parameters, XuSpec spec)
    {
        int[] channels = spec.ConvolutionChannels;
        _convolutions = new Convolution[channels.Length];
        _norms = new BatchNorm[channels.Length];
        for (int i = 0; i < channels.Length; i++)
        {
            int inputs = i == 0 ? 1 : channels[i - 1];
            _convolutions[i] = new Convolution(parameters, $"visual_encoder.layers.{LayersEach * i}", inputs, channels[i], spec.Kernel, spec.Stride);
            _norms[i] = new BatchNorm(parameters, $"visual_encoder.layers.{LayersEach * i + 1}", channels[i]);
        }
        (int rows, int columns) = spec.FeatureSize();
        _linear = new Linear(parameters, $"visual_encoder.layers.{LayersEach * channels.Length + 1}", channels[^1] * rows * columns, spec.Units);
        _dropout = spec.Dropout;
    }

    /// <summary>[B, 1, H, W] to [B, U].</summary>
    internal Tensor Forward(Tensor image, bool training)
    {
        Tensor x = image;
        for (int i = 0; i < _convolutions.Length; i++)
        {
            x = F.Relu(_norms[i].Forward(_convolutions[i].Forward(x), training)); // [B, O, H', W']
            if (training && _dropout > 0) x = F.Dropout(x, _dropout, training: true);
        }
        return _linear.Forward(x.Flatten(1));
    }
}
