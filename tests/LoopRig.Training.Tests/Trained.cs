using LoopRig.Models;
using LoopRig.Torch;

namespace LoopRig.Training.Tests;

/// <summary>Tensors and networks as an optimiser takes them.</summary>
internal static class Trained
{
    internal static TrainedParameter[] Of(params Tensor[] tensors)
        => [.. tensors.Select(static (tensor, i) => new TrainedParameter($"p{i}", tensor, ParameterTraits.Default))];

    internal static TrainedParameter[] Of(INetwork network)
        => [.. network.Parameters.Select(pair => new TrainedParameter(pair.Key, pair.Value, network.Weights.Traits[pair.Key]))];
}
