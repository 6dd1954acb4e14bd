using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Layers;

/// <summary>
/// Normalises each channel of [N, C, ...], by the batch's statistics in training and by the running ones otherwise. One whose weight is frozen (no gradient is
/// asked for) stays as it is in training too: what it gives hangs on no batch, and its statistics do not move.
/// </summary>
internal sealed class BatchNorm
{
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly Tensor _runningMean;
    private readonly Tensor _runningVariance;
    private readonly Tensor _batches;
    private readonly double _momentum;

    internal BatchNorm(ParameterSet parameters, string name, long channels, double momentum = 0.1)
    {
        _weight = parameters.Parameter($"{name}.weight", [channels], Draw.Constant(1), ParameterTraits.NoDecay);
        _bias = parameters.Parameter($"{name}.bias", [channels], Draw.Constant(0), ParameterTraits.NoDecay);
        _runningMean = parameters.Buffer($"{name}.running_mean", [channels], 0);
        _runningVariance = parameters.Buffer($"{name}.running_var", [channels], 1);
        _batches = parameters.Counter($"{name}.num_batches_tracked");
        _momentum = momentum;
    }

    /// <summary>What it does in evaluation mode as y = scale x + offset, [C] each; belongs to the open scope.</summary>
    internal (Tensor Scale, Tensor Offset) Affine()
    {
        Tensor scale = _weight * F.Rsqrt(_runningVariance + F.NormEpsilon);
        return (scale, _bias - _runningMean * scale);
    }

    /// <summary>Same shape; in training the running statistics change in place, unless frozen.</summary>
    internal Tensor Forward(Tensor x, bool training)
    {
        bool learning = training && _weight.RequiresGrad;
        if (learning) _batches.AsSpan<long>()[0]++;
        return F.BatchNorm(x, _runningMean, _runningVariance, _weight, _bias, learning, _momentum);
    }
}
