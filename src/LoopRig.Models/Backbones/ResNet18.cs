using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Backbones;

/// <summary>
/// Stem (7x7 convolution, stride 2, norm, ReLU, 3x3 maximum, stride 2), four stages of two residual blocks, mean over the map, linear (He et al. 2016).
/// New weights are drawn as torchvision draws them; stem and linear layer, which Xu et al. 2023 replace, as PyTorch does by default.
/// </summary>
internal sealed class ResNet18 : IBackbone
{
    private const int BlocksEach = 2;

    private readonly Convolution _stem;
    private readonly BatchNorm _norm;
    private readonly ResidualBlock[] _blocks;
    private readonly Linear _output;

    internal ResNet18(ParameterSet parameters, ResNet18Spec spec)
    {
        const string Name = BackboneSpec.EncoderName;
        int channels = spec.Channels[0];
        _stem = new Convolution(parameters, $"{Name}.conv1", 1, channels, 7, stride: 2, padding: 3, bias: false);
        _norm = new BatchNorm(parameters, $"{Name}.bn1", channels);
        _blocks = new ResidualBlock[spec.Channels.Length * BlocksEach];
        for (int i = 0; i < _blocks.Length; i++)
        {
            int stage = i / BlocksEach, outputs = spec.Channels[stage];
            int stride = stage > 0 && i % BlocksEach == 0 ? 2 : 1;
            _blocks[i] = new ResidualBlock(parameters, $"{Name}.layer{stage + 1}.{i % BlocksEach}", channels, outputs, stride);
            channels = outputs;
        }
        _output = new Linear(parameters, $"{Name}.fc", channels, spec.Units);
    }

    /// <inheritdoc/>
    public Tensor Encode(Tensor image, bool training, bool noise)
    {
        Tensor x = F.Relu(_norm.Forward(_stem.Forward(image), training)); // [N, C, H/2, W/2]
        x = F.MaxPool2d(x, new Size2(3, 3), new Size2(2, 2), new Size2(1, 1)); // [N, C, H/4, W/4]
        foreach (ResidualBlock block in _blocks)
            x = block.Forward(x, training);
        return F.Mean(x, [2, 3]); // [N, C]
    }

    /// <inheritdoc/>
    public Tensor Predict(Tensor features) => _output.Forward(features);

    /// <inheritdoc/>
    public Tensor? Penalty(Tensor features, Tensor image, bool noise) => null;
}
