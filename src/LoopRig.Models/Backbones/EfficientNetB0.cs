using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Backbones;

/// <summary>
/// Stem (3x3 convolution, stride 2), sixteen blocks in seven stages, 1x1 convolution, each with norm and SiLU, mean over the map, linear (Tan and Le
/// 2019). New weights are drawn as timm draws them; stem and linear layer, which Xu et al. 2023 replace, as PyTorch does by default.
/// </summary>
internal sealed class EfficientNetB0 : IBackbone
{
    /// <summary>Channels of the features, before the width factor.</summary>
    internal const int HeadChannels = 1280;

    private const int StemChannels = 32;

    // Blocks, kernel, stride of the first block, expansion, output channels.
    private static readonly (int Blocks, int Kernel, int Stride, int Expansion, int Channels)[] s_stages =
        [(1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192), (1, 3, 1, 6, 320)];

    private readonly Convolution _stem, _head;
    private readonly BatchNorm _stemNorm, _headNorm;
    private readonly MobileBlock[] _blocks;
    private readonly Linear _output;

    internal EfficientNetB0(ParameterSet parameters, EfficientNetB0Spec spec)
    {
        const string Name = BackboneSpec.EncoderName;
        int channels = spec.Channels(StemChannels), head = spec.Channels(HeadChannels);
        _stem = new Convolution(parameters, $"{Name}.conv_stem", 1, channels, 3, stride: 2, padding: 1, bias: false);
        _stemNorm = new BatchNorm(parameters, $"{Name}.bn1", channels);
        List<MobileBlock> blocks = [];
        for (int stage = 0; stage < s_stages.Length; stage++)
        {
            (int count, int kernel, int stride, int expansion, int published) = s_stages[stage];
            int outputs = spec.Channels(published);
            for (int i = 0; i < count; i++)
            {
                blocks.Add(new MobileBlock(parameters, $"{Name}.blocks.{stage}.{i}", channels, outputs, kernel, i == 0 ? stride : 1, expansion));
                channels = outputs;
            }
        }
        _blocks = [.. blocks];
        _head = new Convolution(parameters, $"{Name}.conv_head", channels, head, 1, bias: false, draw: Draw.KaimingFanOut(head));
        _headNorm = new BatchNorm(parameters, $"{Name}.bn2", head);
        _output = new Linear(parameters, $"{Name}.classifier", head, spec.Units);
    }

    /// <inheritdoc/>
    public Tensor Encode(Tensor image, bool training, bool noise)
    {
        Tensor x = F.Silu(_stemNorm.Forward(_stem.Forward(image), training)); // [N, C, H/2, W/2]
        foreach (MobileBlock block in _blocks)
            x = block.Forward(x, training);
        x = F.Silu(_headNorm.Forward(_head.Forward(x), training)); // [N, head, H/32, W/32]
        return F.Mean(x, [2, 3]); // [N, head]
    }

    /// <inheritdoc/>
    public Tensor Predict(Tensor features) => _output.Forward(features);

    /// <inheritdoc/>
    public Tensor? Penalty(Tensor features, Tensor image, bool noise) => null;
}
