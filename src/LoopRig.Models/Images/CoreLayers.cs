using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Images;

/// <summary>The learned part of a stream's core: convolution, batch norm, ELU and dropout of whole maps, layer by layer.</summary>
internal sealed class CoreLayers
{
    private readonly Convolution[] _convolutions;
    private readonly BatchNorm[] _norms;
    private readonly double _dropout;

    internal CoreLayers(ParameterSet parameters, string name, ImagesSpec spec, long inputs)
    {
        _convolutions = new Convolution[spec.Kernels.Length];
        _norms = new BatchNorm[spec.Kernels.Length];
        _dropout = spec.Dropout;
        for (int layer = 0; layer < _convolutions.Length; layer++)
        {
            int kernel = spec.Kernels[layer];
            _convolutions[layer] = new Convolution(parameters, $"{name}.conv{layer}", layer == 0 ? inputs : spec.Channels, spec.Channels, kernel, spec.Strides[layer], kernel / 2, bias: false);
            _norms[layer] = new BatchNorm(parameters, $"{name}.norm{layer}", spec.Channels);
        }
    }

    /// <summary>Whether all of it is frozen: no gradient is asked for.</summary>
    internal bool IsFrozen => _convolutions.Length > 0 && !Array.Exists(_convolutions, static convolution => convolution.Weight.RequiresGrad);

    /// <summary>[N, C, H, W] to [N, channels, H', W'].</summary>
    internal Tensor Forward(Tensor x, bool training, bool noise)
    {
        for (int layer = 0; layer < _convolutions.Length; layer++)
        {
            x = F.Elu(_norms[layer].Forward(_convolutions[layer].Forward(x), training));
            // Whole maps: neighbours in a map tell the same, so single elements would hardly be missed.
            if (noise && _dropout > 0)
                x *= F.Dropout(Tensor.Ones([x.Size(0), x.Size(1), 1, 1], ScalarType.Float32, x.Device), _dropout, training: true);
        }
        return x;
    }
}
