using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Layers;

/// <summary>y = x W^T + b.</summary>
internal sealed class Linear
{
    internal Linear(ParameterSet parameters, string name, long inputs, long outputs)
    {
        Weight = parameters.Parameter($"{name}.weight", [outputs, inputs], Draw.FanIn(inputs));
        Bias = parameters.Parameter($"{name}.bias", [outputs], Draw.FanIn(inputs), ParameterTraits.NoDecay);
    }

    /// <summary>[outputs, inputs].</summary>
    internal Tensor Weight { get; }

    /// <summary>[outputs].</summary>
    internal Tensor Bias { get; }

    /// <summary>[..., inputs] to [..., outputs].</summary>
    internal Tensor Forward(Tensor x) => F.Linear(x, Weight, Bias);
}
