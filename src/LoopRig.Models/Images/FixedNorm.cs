using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Images;

/// <summary>Brings each channel of fixed features to mean 0 and deviation 1: by the batch in training, by the running statistics otherwise. Nothing is learned.</summary>
internal sealed class FixedNorm
{
    private readonly Tensor _mean, _variance;

    internal FixedNorm(ParameterSet parameters, string name, long channels)
    {
        _mean = parameters.Buffer($"{name}.running_mean", [channels], 0);
        _variance = parameters.Buffer($"{name}.running_var", [channels], 1);
    }

    /// <summary>[C].</summary>
    internal Tensor Mean => _mean;

    /// <summary>[C].</summary>
    internal Tensor Variance => _variance;

    /// <summary>[N, C, ...] to the same shape.</summary>
    /// <param name="x">The features.</param>
    /// <param name="training">By the batch; false too where what reads the features is frozen.</param>
    internal Tensor Forward(Tensor x, bool training) => F.BatchNorm(x, _mean, _variance, training: training);
}
