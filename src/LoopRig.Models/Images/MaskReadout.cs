using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Images;

/// <summary>A spatial mask a unit times a weight a channel (Klindt et al. 2017): few numbers for what a receptive field is.</summary>
internal sealed class MaskReadout : IImageReadout
{
    private readonly Tensor _masks, _features, _bias;

    internal MaskReadout(ParameterSet parameters, string name, ImagesSpec spec, long height, long width)
    {
        // A third of the mask of unit norm that sees every place alike.
        double even = 1 / (3 * Math.Sqrt(height * width));
        _masks = parameters.Parameter($"{name}.masks", [spec.Units, height * width], Draw.Normal(0.02, even));
        _features = parameters.Parameter($"{name}.features", [spec.Units, spec.Channels], Draw.Normal(0.05));
        _bias = parameters.Parameter($"{name}.bias", [spec.Units], Draw.Constant(0), ParameterTraits.NoDecay);
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor maps, bool noise)
    {
        Tensor seen = F.MatMul(maps.Flatten(2), _masks.Transpose(0, 1)); // [N, C, U]
        return F.Sum(seen * _features.Transpose(0, 1), [1]) + _bias;
    }
}
