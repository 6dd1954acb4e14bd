using LoopRig.Models.Layers;
using LoopRig.Models.Xu;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Backbones;

/// <summary>
/// The encoder's way back: a linear layer, then transposed convolutions, each with batch norm and ReLU, the last one too (Xu et al. 2023). Each adds as
/// many rows and columns at the end as its convolution had cut off: for 60 x 80 pixels (0, 1), (0, 0) and (1, 1), which are the published values.
/// </summary>
internal sealed class ImageDecoder
{
    // The published code is one list of layers: linear, ReLU, dropout, unflatten; then transposed convolution, norm, ReLU, dropout, four each.
    private const int LayersEach = 4;

    private readonly Linear _linear;
    private readonly (Tensor Weight, Tensor Bias, BatchNorm Norm, Size2 Added)[] _layers;
    private readonly Size2 _stride;
    private readonly (int Rows, int Columns) _smallest;
    private readonly double _dropout;

    internal ImageDecoder(ParameterSet parameters, ConvolutionSizes sizes, int latent, double dropout)
    {
        (int Rows, int Columns)[] maps = sizes.Maps();
        int[] channels = [1, .. sizes.Channels];
        int kernel = sizes.Kernel, depth = sizes.Channels.Length;
        _smallest = maps[depth];
        _linear = new Linear(parameters, "decoder.conv_layers.0", latent, channels[depth] * _smallest.Rows * _smallest.Columns);
        _layers = new (Tensor, Tensor, BatchNorm, Size2)[depth];
        for (int i = 0; i < depth; i++)
        {
            int from = depth - i, index = LayersEach * (i + 1);
            string name = $"decoder.conv_layers.{index}";
            Func<Random, float> draw = Draw.FanIn(channels[from - 1] * kernel * kernel); // PyTorch's fan-in of a transposed convolution
            _layers[i] = (
                parameters.Parameter($"{name}.weight", [channels[from], channels[from - 1], kernel, kernel], draw),
                parameters.Parameter($"{name}.bias", [channels[from - 1]], draw, ParameterTraits.NoDecay),
                new BatchNorm(parameters, $"decoder.conv_layers.{index + 1}", channels[from - 1]),
                new Size2(Added(maps[from].Rows, maps[from - 1].Rows), Added(maps[from].Columns, maps[from - 1].Columns)));
        }
        _stride = new Size2(sizes.Stride, sizes.Stride);
        _dropout = dropout;
        int Added(int small, int large) => large - ((small - 1) * sizes.Stride + kernel);
    }

    /// <summary>Codes [N, latent] to images [N, 1, H, W].</summary>
    internal Tensor Forward(Tensor code, bool training, bool noise)
    {
        Tensor x = Drop(F.Relu(_linear.Forward(code)), noise).Reshape(code.Size(0), -1, _smallest.Rows, _smallest.Columns);
        for (int i = 0; i < _layers.Length; i++)
        {
            (Tensor weight, Tensor bias, BatchNorm norm, Size2 added) = _layers[i];
            x = F.Relu(norm.Forward(F.ConvTranspose2d(x, weight, bias, _stride, outputPadding: added), training)); // [N, C, H', W']
            if (i < _layers.Length - 1) x = Drop(x, noise);
        }
        return x;
    }

    private Tensor Drop(Tensor x, bool noise) => noise && _dropout > 0 ? F.Dropout(x, _dropout, training: true) : x;
}
