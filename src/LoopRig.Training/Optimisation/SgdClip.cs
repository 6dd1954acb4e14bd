using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Training;

/// <summary>
/// The optimiser of the foundation model (Wang et al. 2025; cajal/fnn train/optimizers.py): gradient times the parameter's scale; clipped, per unit of the
/// parameter, to a share of the unit's own norm; Nesterov momentum; decay behind the momentum, where the parameter's network allows it.
/// </summary>
public sealed class SgdClip : Optimiser
{
    private static readonly Op s_scale = Op.Get("aten::_foreach_mul_", "Scalar");
    private static readonly Op s_multiply = Op.Get("aten::_foreach_mul_", "List");
    private static readonly Op s_add = Op.Get("aten::_foreach_add_", "List");

    private readonly double _decay, _momentum, _clip, _epsilon;
    private readonly bool _nesterov;

    /// <summary>Begins with empty momentum: the first step's is the gradient itself.</summary>
    /// <param name="parameters">What is trained; borrowed.</param>
    /// <param name="learningRate">Size of a step.</param>
    /// <param name="decay">Share of a parameter that is added to its gradient.</param>
    /// <param name="momentum">Share of the momentum that is kept.</param>
    /// <param name="nesterov">Whether the gradient is looked up ahead.</param>
    /// <param name="clip">Largest norm of a unit's gradient over the unit's own norm; infinite: no clipping.</param>
    /// <param name="epsilon">Times the root of the parameter's number of elements: no unit's gradient below it is clipped.</param>
    public SgdClip(IReadOnlyList<TrainedParameter> parameters, double learningRate, double decay = 0, double momentum = 0.9, bool nesterov = true, double clip = 0.01, double epsilon = 1e-3)
        : base(parameters, learningRate)
        => (_decay, _momentum, _nesterov, _clip, _epsilon) = (decay, momentum, nesterov, clip, epsilon);

    private protected override IReadOnlyList<string> Moments { get; } = ["momentum"];

    private protected override void Move(TrainedParameter[] parameters, Tensor[] values, Tensor[] gradients, Tensor[][] moments, long step)
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            if (parameters[i].Traits.Scale != 1)
                gradients[i] *= parameters[i].Traits.Scale;
        }
        if (double.IsFinite(_clip))
            s_multiply.Invoke(gradients, ClipFactors(parameters, values, gradients));
        Tensor[] momentum = moments[0];
        s_scale.Invoke(momentum, _momentum);
        s_add.Invoke(momentum, gradients, 1.0);
        if (_nesterov)
            s_add.Invoke(gradients, momentum, _momentum);
        Tensor[] moved = _nesterov ? gradients : momentum;
        int[] decaying = _decay > 0 ? [.. Enumerable.Range(0, parameters.Length).Where(i => parameters[i].Traits.Decay)] : [];
        if (decaying.Length > 0)
        {
            // Without Nesterov what moves is the momentum itself, which the decay must not enter.
            if (!_nesterov)
                moved = Array.ConvertAll(momentum, static tensor => tensor.Clone());
            s_add.Invoke(Array.ConvertAll(decaying, i => moved[i]), Array.ConvertAll(decaying, i => values[i]), _decay);
        }
        s_add.Invoke(values, moved, -LearningRate);
    }

    // g maxn / max(|g|, maxn) with maxn = max(clip |p|, eps sqrt(n)): the norms over the dimensions of a unit, but n, as published, the elements of the whole parameter.
    private Tensor[] ClipFactors(TrainedParameter[] parameters, Tensor[] values, Tensor[] gradients)
    {
        var factors = new Tensor[parameters.Length];
        for (int i = 0; i < factors.Length; i++)
        {
            long[]? dimensions = parameters[i].Traits.NormDims is { } over ? Array.ConvertAll(over, static dimension => (long)dimension) : null;
            Tensor own = F.Norm(values[i], 2, dimensions, keepDimensions: dimensions is not null);
            Tensor norm = F.Norm(gradients[i], 2, dimensions, keepDimensions: dimensions is not null);
            double least = _epsilon * Math.Sqrt(values[i].Elements);
            Tensor most = F.Clamp(own * _clip, least, null);
            factors[i] = most / F.Maximum(norm, most);
        }
        return factors;
    }
}
