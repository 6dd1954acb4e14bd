using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Foundation;

/// <summary>Activations scaled so that a standard normal input keeps unit variance.</summary>
internal static class Nonlinearity
{
    private const double GeluGain = 1.7015043497085571;

    /// <summary>The exact GELU times its gain.</summary>
    internal static Tensor Gelu(Tensor x) => F.Gelu(x) * GeluGain;
}
