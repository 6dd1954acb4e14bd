using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Images;

/// <summary>Reads each unit at one position, which training draws from a Gaussian of learned spread around the learned mean (Lurz et al. 2021, isotropic).</summary>
internal sealed class GaussianPointReadout : IImageReadout
{
    private readonly Tensor _positions, _spread, _features, _bias;

    internal GaussianPointReadout(ParameterSet parameters, string name, ImagesSpec spec)
    {
        _positions = parameters.Parameter($"{name}.positions", [spec.Units, 2], Draw.Uniform(0.3), ParameterTraits.NoDecay);
        _spread = parameters.Parameter($"{name}.spread", [spec.Units, 1], Draw.Constant(0.3f), ParameterTraits.NoDecay);
        _features = parameters.Parameter($"{name}.features", [spec.Units, spec.Channels], Draw.Normal(0.05));
        _bias = parameters.Parameter($"{name}.bias", [spec.Units], Draw.Constant(0), ParameterTraits.NoDecay);
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor maps, bool noise)
    {
        long batch = maps.Size(0), units = _bias.Size(0);
        Tensor at = _positions.Unsqueeze(0).Expand(batch, -1, -1); // [N, U, 2], x right and y down, -1 and 1 at the outer pixels' centres
        if (noise) at += _spread * Tensor.Randn([batch, units, 2]).To(maps.Device);
        Tensor read = F.GridSample(maps, F.Clamp(at, -1, 1).Unsqueeze(2), alignCorners: true).Squeeze(3); // [N, C, U]
        return F.Sum(read * _features.Transpose(0, 1), [1]) + _bias;
    }
}
