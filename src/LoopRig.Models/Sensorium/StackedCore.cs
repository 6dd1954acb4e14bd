using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Sensorium;

/// <summary>
/// Four layers of convolution, batch norm and ELU: the first full and unpadded, the others depth-separable (1x1, then each channel by itself, then 1x1)
/// and padded to keep the size. Only the last layer is read (Sensorium 2022 baseline, neuralpredictors' stacked 2-D core).
/// </summary>
internal sealed class StackedCore
{
    private const double Momentum = 0.9; // published; PyTorch's sense: the weight of the newest batch

    private readonly Tensor _inputWeight;
    private readonly Tensor _laplace;
    private readonly long _imageChannels;
    private readonly (Convolution In, Convolution Spatial, Convolution Out)[] _separable;
    private readonly BatchNorm[] _norms;

    internal StackedCore(ParameterSet parameters, Sensorium2022Spec spec)
    {
        _imageChannels = spec.Image.Channels;
        long inputs = _imageChannels + (spec.Behaviour?.Length ?? 0);
        int channels = spec.Channels;
        // Fixed; named, so that a file passes back to the published code.
        _laplace = parameters.Constant("core._input_weights_regularizer.laplace.filter", [1, 1, 3, 3], [0, -1, 0, -1, 4, -1, 0, -1, 0]);
        // All convolutions begin as the published code begins them, with Glorot's normal distribution.
        long input = (long)spec.InputKernel * spec.InputKernel, hidden = (long)spec.HiddenKernel * spec.HiddenKernel;
        _inputWeight = new Convolution(parameters, "core.features.layer0.conv", inputs, channels, spec.InputKernel, bias: false, draw: Draw.Xavier(inputs * input, channels * input)).Weight;
        _norms = new BatchNorm[spec.Layers];
        _norms[0] = new BatchNorm(parameters, "core.features.layer0.norm", channels, Momentum);
        _separable = new (Convolution, Convolution, Convolution)[spec.Layers - 1];
        for (int i = 1; i < spec.Layers; i++)
        {
            string name = $"core.features.layer{i}.ds_conv";
            _separable[i - 1] = (
                new Convolution(parameters, $"{name}.in_depth_conv", channels, channels, 1, bias: false, draw: Draw.Xavier(channels, channels)),
                new Convolution(parameters, $"{name}.spatial_conv", channels, channels, spec.HiddenKernel, padding: spec.HiddenKernel / 2, groups: channels, bias: false, draw: Draw.Xavier(hidden, channels * hidden)),
                new Convolution(parameters, $"{name}.out_depth_conv", channels, channels, 1, bias: false, draw: Draw.Xavier(channels, channels)));
            _norms[i] = new BatchNorm(parameters, $"core.features.layer{i}.norm", channels, Momentum);
        }
    }

    /// <summary>Image [N, C, H, W] and behaviour [N, D] (or null) to features [N, O, H', W'].</summary>
    internal Tensor Forward(Tensor image, Tensor? behaviour, bool training)
    {
        Tensor x = Activate(0, First(image, behaviour), training);
        for (int i = 0; i < _separable.Length; i++)
        {
            (Convolution inner, Convolution spatial, Convolution outer) = _separable[i];
            x = Activate(i + 1, outer.Forward(spatial.Forward(inner.Forward(x))), training); // [N, O, H', W']
        }
        return x;
    }

    /// <summary>The core as it is in evaluation mode now, for gradients by its inputs alone. The caller disposes it.</summary>
    internal FoldedCore Fold()
    {
        using NoGrad guard = new();
        using Scope scope = new();
        (Tensor scale, Tensor offset) = _norms[0].Affine();
        Tensor first = _inputWeight * scale.Reshape(-1, 1, 1, 1);
        long planes = first.Size(1) - _imageChannels;
        FoldedCore.Layer[] layers = new FoldedCore.Layer[_separable.Length];
        for (int i = 0; i < layers.Length; i++)
        {
            (Convolution inner, Convolution spatial, Convolution outer) = _separable[i];
            (Tensor s, Tensor b) = _norms[i + 1].Affine();
            layers[i] = new FoldedCore.Layer(
                scope.Keep(inner.Weight.Detach().Clone()), scope.Keep(spatial.Weight.Detach().Clone()), scope.Keep((outer.Weight * s.Reshape(-1, 1, 1, 1)).Detach()), scope.Keep(b.Detach()));
        }
        return new FoldedCore(
            new PatchConvolution(first.Narrow(1, 0, _imageChannels), offset, 1), planes == 0 ? null : scope.Keep(F.Sum(first.Narrow(1, _imageChannels, planes), [2, 3])), layers);
    }

    /// <summary>
    /// How rough the input filters are: the squares of their Laplacian (zeros around) over their own squares. Filters of the behaviour planes count too, as
    /// in the published regulariser.
    /// </summary>
    internal Tensor Roughness()
    {
        Tensor filters = _inputWeight.Reshape(-1, 1, _inputWeight.Size(2), _inputWeight.Size(3)); // [O C, 1, k, k]
        return F.Sum(F.Square(F.Conv2d(filters, _laplace, padding: new Size2(1, 1)))) / F.Sum(F.Square(filters));
    }

    private Tensor Activate(int layer, Tensor x, bool training) => F.Elu(_norms[layer].Forward(x, training));

    // The published code appends each behaviour value to the image as a constant plane. An unpadded convolution of a constant plane is that
    // constant times the sum of the kernel: the same numbers for a hundredth of the work.
    private Tensor First(Tensor image, Tensor? behaviour)
    {
        if (behaviour is null) return F.Conv2d(image, _inputWeight);
        Tensor ofImage = _inputWeight.Narrow(1, 0, _imageChannels); // [O, C, k, k]
        Tensor ofPlanes = _inputWeight.Narrow(1, _imageChannels, behaviour.Size(1)); // [O, D, k, k]
        Tensor planes = F.Linear(behaviour, F.Sum(ofPlanes, [2, 3])); // [N, O]
        return F.Conv2d(image, ofImage) + planes.Unsqueeze(2).Unsqueeze(3);
    }
}
