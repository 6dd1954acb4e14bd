using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Backbones;

/// <summary>
/// 1x1 convolution to more channels (left out without expansion), each channel by itself, squeeze and excitation, 1x1 convolution back without an
/// activation; the input is added where sizes stay (Sandler et al. 2018, Hu et al. 2018, Tan and Le 2019).
/// </summary>
internal sealed class MobileBlock
{
    private const int Reduction = 4;

    private readonly Convolution? _expand;
    private readonly BatchNorm? _expandNorm;
    private readonly Convolution _depthwise, _squeeze, _excite, _project;
    private readonly BatchNorm _depthwiseNorm, _projectNorm;
    private readonly bool _adds;

    internal MobileBlock(ParameterSet parameters, string name, int inputs, int outputs, int kernel, int stride, int expansion)
    {
        int hidden = inputs * expansion, squeezed = inputs / Reduction;
        // timm numbers the norms in their order and has two names for the last convolution.
        int norm = 1;
        if (expansion > 1)
        {
            _expand = new Convolution(parameters, $"{name}.conv_pw", inputs, hidden, 1, bias: false, draw: Draw.KaimingFanOut(hidden));
            _expandNorm = new BatchNorm(parameters, $"{name}.bn{norm++}", hidden);
        }
        _depthwise = new Convolution(
            parameters, $"{name}.conv_dw", hidden, hidden, kernel, stride, padding: kernel / 2, groups: hidden, bias: false, draw: Draw.KaimingFanOut((long)kernel * kernel));
        _depthwiseNorm = new BatchNorm(parameters, $"{name}.bn{norm++}", hidden);
        _squeeze = new Convolution(parameters, $"{name}.se.conv_reduce", hidden, squeezed, 1, draw: Draw.KaimingFanOut(squeezed));
        _excite = new Convolution(parameters, $"{name}.se.conv_expand", squeezed, hidden, 1, draw: Draw.KaimingFanOut(hidden));
        _project = new Convolution(parameters, $"{name}.{(expansion > 1 ? "conv_pwl" : "conv_pw")}", hidden, outputs, 1, bias: false, draw: Draw.KaimingFanOut(outputs));
        _projectNorm = new BatchNorm(parameters, $"{name}.bn{norm}", outputs);
        _adds = stride == 1 && inputs == outputs;
    }

    /// <summary>[N, C, H, W] to [N, O, H/stride, W/stride].</summary>
    internal Tensor Forward(Tensor x, bool training)
    {
        Tensor y = _expand is null ? x : F.Silu(_expandNorm!.Forward(_expand.Forward(x), training));
        y = F.Silu(_depthwiseNorm.Forward(_depthwise.Forward(y), training));
        Tensor gate = F.Silu(_squeeze.Forward(F.Mean(y, [2, 3], keepDimensions: true))); // [N, squeezed, 1, 1]
        y *= F.Sigmoid(_excite.Forward(gate));
        y = _projectNorm.Forward(_project.Forward(y), training);
        return _adds ? x + y : y;
    }
}
