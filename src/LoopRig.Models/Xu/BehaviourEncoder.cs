using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Xu;

/// <summary>Batch norm and one linear layer from the behaviour variables to F numbers, without an activation (Xu et al. 2023).</summary>
internal sealed class BehaviourEncoder(ParameterSet parameters, int variables, int features)
{
    private readonly BatchNorm _norm = new(parameters, "behav_encoder.layers.0", variables);
    private readonly Linear _linear = new(parameters, "behav_encoder.layers.1", variables, features);

    /// <summary>[B, D] to [B, F].</summary>
    internal Tensor Forward(Tensor behaviour, bool training) => _linear.Forward(_norm.Forward(behaviour, training));

    /// <summary>The mean magnitude of the weights.</summary>
    internal Tensor MeanMagnitude() => F.Mean(F.Abs(_linear.Weight));
}
