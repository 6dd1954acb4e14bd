using LoopRig.Models;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Training;

/// <summary>The loss of Xu et al. 2023.</summary>
public static class PoissonLoss
{
    private const string BehaviourWeight = "behav_encoder.layers.1.weight";
    private const double Tiny = 1e-8;

    /// <summary>mean(prediction - target log(prediction + 1e-8)): the negative log likelihood of counts but for a constant.</summary>
    /// <param name="prediction">[N, U], positive.</param>
    /// <param name="target">[N, U].</param>
    public static Tensor Of(Tensor prediction, Tensor target) => F.Mean(prediction - target * F.Log(prediction + Tiny));

    /// <summary>The mean magnitude of the behaviour encoder's weights, or null for a network without one.</summary>
    public static Tensor? BehaviourMagnitude(INetwork network)
        => network.Parameters.TryGetValue(BehaviourWeight, out Tensor? weight) ? F.Mean(F.Abs(weight)) : null;
}
