using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Backbones;

/// <summary>Two 3x3 convolutions with norms around which the input is added; where sizes change, the input passes a 1x1 convolution (He et al. 2016).</summary>
internal sealed class ResidualBlock
{
    private readonly Convolution _first, _second;
    private readonly BatchNorm _firstNorm, _secondNorm;
    private readonly Convolution? _shortcut;
    private readonly BatchNorm? _shortcutNorm;

    internal ResidualBlock(ParameterSet parameters, string name, int inputs, int outputs, int stride)
    {
        Func<Random, float> draw = Draw.KaimingFanOut(9L * outputs);
        _first = new Convolution(parameters, $"{name}.conv1", inputs, outputs, 3, stride, padding: 1, bias: false, draw: draw);
        _firstNorm = new BatchNorm(parameters, $"{name}.bn1", outputs);
        _second = new Convolution(parameters, $"{name}.conv2", outputs, outputs, 3, padding: 1, bias: false, draw: draw);
        _secondNorm = new BatchNorm(parameters, $"{name}.bn2", outputs);
        if (stride == 1 && inputs == outputs) return;
        _shortcut = new Convolution(parameters, $"{name}.downsample.0", inputs, outputs, 1, stride, bias: false, draw: Draw.KaimingFanOut(outputs));
        _shortcutNorm = new BatchNorm(parameters, $"{name}.downsample.1", outputs);
    }

    /// <summary>[N, C, H, W] to [N, O, H/stride, W/stride].</summary>
    internal Tensor Forward(Tensor x, bool training)
    {
        Tensor y = F.Relu(_firstNorm.Forward(_first.Forward(x), training));
        y = _secondNorm.Forward(_second.Forward(y), training);
        return F.Relu(y + (_shortcut is null ? x : _shortcutNorm!.Forward(_shortcut.Forward(x), training)));
    }
}
