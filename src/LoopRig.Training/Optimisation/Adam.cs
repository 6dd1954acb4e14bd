using LoopRig.Torch;

namespace LoopRig.Training;

/// <summary>
/// Adam (Kingma and Ba 2015) as PyTorch computes it: p -= lr / (1 - b1^t) m / (sqrt(v) / sqrt(1 - b2^t) + eps). With a decay it is AdamW (Loshchilov and Hutter
/// 2019): p is first multiplied by 1 - lr decay, where its network lets it decay. All parameters move in one call an operation.
/// </summary>
public sealed class Adam : Optimiser
{
    private static readonly Op s_scale = Op.Get("aten::_foreach_mul_", "Scalar");
    private static readonly Op s_add = Op.Get("aten::_foreach_add_", "List");
    private static readonly Op s_addProduct = Op.Get("aten::_foreach_addcmul_", "Scalar");
    private static readonly Op s_addQuotient = Op.Get("aten::_foreach_addcdiv_", "Scalar");
    private static readonly Op s_root = Op.Get("aten::_foreach_sqrt");
    private static readonly Op s_divide = Op.Get("aten::_foreach_div_", "Scalar");
    private static readonly Op s_addNumber = Op.Get("aten::_foreach_add_", "Scalar");

    private readonly double _decay, _beta1, _beta2, _epsilon;

    /// <summary>Begins with empty moments.</summary>
    /// <param name="parameters">What is trained; borrowed.</param>
    /// <param name="learningRate">Size of a step.</param>
    /// <param name="decay">Share of a parameter that a step of size 1 takes off.</param>
    /// <param name="beta1">Decay of the mean of gradients.</param>
    /// <param name="beta2">Decay of the mean of their squares.</param>
    /// <param name="epsilon">Added to the root.</param>
    public Adam(IReadOnlyList<TrainedParameter> parameters, double learningRate, double decay = 0, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
        : base(parameters, learningRate)
        => (_decay, _beta1, _beta2, _epsilon) = (decay, beta1, beta2, epsilon);

    private protected override IReadOnlyList<string> Moments { get; } = ["mean", "square"];

    private protected override void Move(TrainedParameter[] parameters, Tensor[] values, Tensor[] gradients, Tensor[][] moments, long step)
    {
        (Tensor[] mean, Tensor[] square) = (moments[0], moments[1]);
        Tensor?[] decaying = _decay > 0 ? [.. parameters.Where(static parameter => parameter.Traits.Decay).Select(static parameter => parameter.Value)] : [];
        if (decaying.Length > 0)
            s_scale.Invoke(decaying, 1 - LearningRate * _decay);
        s_scale.Invoke(mean, _beta1);
        s_add.Invoke(mean, gradients, 1 - _beta1);
        s_scale.Invoke(square, _beta2);
        s_addProduct.Invoke(square, gradients, gradients, 1 - _beta2);
        Tensor[] root = s_root.CallMany((Tensor?[])square)!;
        s_divide.Invoke(root, Math.Sqrt(1 - Math.Pow(_beta2, step)));
        s_addNumber.Invoke(root, _epsilon);
        s_addQuotient.Invoke(values, mean, root, -LearningRate / (1 - Math.Pow(_beta1, step)));
    }
}
