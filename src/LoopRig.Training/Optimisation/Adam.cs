using LoopRig.Torch;

namespace LoopRig.Training;

/// <summary>
/// Adam (Kingma and Ba 2015) as PyTorch computes it: p -= lr / (1 - b1^t) m / (sqrt(v) / sqrt(1 - b2^t) + eps). All parameters move in one call an operation.
/// </summary>
public sealed class Adam : IDisposable
{
    private static readonly Op s_scale = Op.Get("aten::_foreach_mul_", "Scalar");
    private static readonly Op s_add = Op.Get("aten::_foreach_add_", "List");
    private static readonly Op s_addProduct = Op.Get("aten::_foreach_addcmul_", "Scalar");
    private static readonly Op s_addQuotient = Op.Get("aten::_foreach_addcdiv_", "Scalar");
    private static readonly Op s_root = Op.Get("aten::_foreach_sqrt");
    private static readonly Op s_divide = Op.Get("aten::_foreach_div_", "Scalar");
    private static readonly Op s_addNumber = Op.Get("aten::_foreach_add_", "Scalar");

    private readonly Tensor[] _all;
    private Tensor[] _parameters = [], _mean = [], _square = [];
    private readonly double _beta1, _beta2, _epsilon;
    private int _steps;

    /// <summary>Begins with empty moments.</summary>
    /// <param name="parameters">What is trained; borrowed.</param>
    /// <param name="learningRate">Size of a step.</param>
    /// <param name="beta1">Decay of the mean of gradients.</param>
    /// <param name="beta2">Decay of the mean of their squares.</param>
    /// <param name="epsilon">Added to the root.</param>
    public Adam(IEnumerable<Tensor> parameters, double learningRate, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    {
        _all = [.. parameters];
        (LearningRate, _beta1, _beta2, _epsilon) = (learningRate, beta1, beta2, epsilon);
    }

    /// <summary>Size of a step; may change between steps.</summary>
    public double LearningRate { get; set; }

    /// <summary>
    /// Moves every parameter by its gradient and clears the gradients. A parameter without one at the first step (the recurrent weights of a window
    /// of one frame) takes no part in the loss and stays as it is.
    /// </summary>
    /// <exception cref="InvalidOperationException">A parameter that had a gradient at the first step has none now.</exception>
    public void Step()
    {
        using var scope = new Scope();
        using var noGraph = new NoGrad();
        if (_steps == 0)
            Begin();
        Tensor[] gradients = Array.ConvertAll(_parameters, static parameter => parameter.Grad ?? throw new InvalidOperationException($"{parameter} has lost its gradient"));
        _steps++;
        s_scale.Invoke(_mean, _beta1);
        s_add.Invoke(_mean, gradients, 1 - _beta1);
        s_scale.Invoke(_square, _beta2);
        s_addProduct.Invoke(_square, gradients, gradients, 1 - _beta2);
        Tensor[] root = s_root.CallMany((Tensor?[])_square)!;
        s_divide.Invoke(root, Math.Sqrt(1 - Math.Pow(_beta2, _steps)));
        s_addNumber.Invoke(root, _epsilon);
        s_addQuotient.Invoke(_parameters, _mean, root, -LearningRate / (1 - Math.Pow(_beta1, _steps)));
        ClearGradients();
    }

    /// <summary>Forgets the gradients.</summary>
    public void ClearGradients()
    {
        foreach (Tensor parameter in _all)
            parameter.Grad = null;
    }

    /// <summary>Frees the moments.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in _mean)
            tensor.Dispose();
        foreach (Tensor tensor in _square)
            tensor.Dispose();
    }

    private void Begin()
    {
        using var scope = new Scope();
        _parameters = Array.FindAll(_all, static parameter => parameter.Grad is not null);
        _mean = Array.ConvertAll(_parameters, parameter => scope.Keep(Tensor.Zeros(parameter.Shape)));
        _square = Array.ConvertAll(_parameters, parameter => scope.Keep(Tensor.Zeros(parameter.Shape)));
    }
}
