using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Xu;

/// <summary>Joins vision v, behaviour b and their product as three channels, each normalised over batch and units together (Xu et al. 2023).</summary>
internal sealed class Fusion(ParameterSet parameters)
{
    private readonly BatchNorm _norm = new(parameters, "bn", 3);

    /// <summary>[B, F] and [B, F] to the fused vector [B, 3F].</summary>
    internal Tensor Forward(Tensor vision, Tensor behaviour, bool training)
    {
        Tensor joined = F.Stack([vision, behaviour, vision * behaviour], 1); // [B, 3, F]
        return _norm.Forward(joined, training).Flatten(1);
    }
}
