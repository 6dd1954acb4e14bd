using LoopRig.Torch;

namespace LoopRig.Models.Images;

/// <summary>From maps to units.</summary>
internal interface IImageReadout
{
    /// <summary>[N, C, H, W] to [N, U], before the output's nonlinearity.</summary>
    Tensor Forward(Tensor maps, bool noise);
}
