namespace LoopRig.Torch;

// Nonlinearities and losses.
public static partial class Functional
{
    private static readonly Op s_relu = Op.Get("aten::relu");
    private static readonly Op s_leakyRelu = Op.Get("aten::leaky_relu");
    private static readonly Op s_elu = Op.Get("aten::elu");
    private static readonly Op s_gelu = Op.Get("aten::gelu");
    private static readonly Op s_silu = Op.Get("aten::silu");
    private static readonly Op s_tanh = Op.Get("aten::tanh");
    private static readonly Op s_sigmoid = Op.Get("aten::sigmoid");
    private static readonly Op s_softplus = Op.Get("aten::softplus");
    private static readonly Op s_softmax = Op.Get("aten::softmax", "int");
    private static readonly Op s_logSoftmax = Op.Get("aten::log_softmax", "int");
    private static readonly Op s_dropout = Op.Get("aten::dropout");
    private static readonly Op s_mseLoss = Op.Get("aten::mse_loss");
    private static readonly Op s_crossEntropy = Op.Get("aten::cross_entropy_loss");

    /// <summary>max(x, 0).</summary>
    public static Tensor Relu(Tensor input) => s_relu.Call(input);

    /// <summary>x above zero, slope * x below.</summary>
    public static Tensor LeakyRelu(Tensor input, double slope = 0.01) => s_leakyRelu.Call(input, slope);

    /// <summary>x above zero, alpha (e^x - 1) below.</summary>
    public static Tensor Elu(Tensor input, double alpha = 1) => s_elu.Call(input, alpha);

    /// <summary>x times the normal distribution function of x, exactly (not the tanh approximation).</summary>
    public static Tensor Gelu(Tensor input) => s_gelu.Call(input);

    /// <summary>x times its logistic.</summary>
    public static Tensor Silu(Tensor input) => s_silu.Call(input);

    /// <summary>Hyperbolic tangent.</summary>
    public static Tensor Tanh(Tensor input) => s_tanh.Call(input);

    /// <summary>1 / (1 + e^-x).</summary>
    public static Tensor Sigmoid(Tensor input) => s_sigmoid.Call(input);

    /// <summary>log(1 + e^(beta x)) / beta; x itself where beta x is above the threshold.</summary>
    public static Tensor Softplus(Tensor input, double beta = 1, double threshold = 20) => s_softplus.Call(input, beta, threshold);

    /// <summary>Exponentials that sum to one along a dimension.</summary>
    public static Tensor Softmax(Tensor input, long dimension) => s_softmax.Call(input, dimension);

    /// <summary>Logarithm of <see cref="Softmax"/>, computed stably.</summary>
    public static Tensor LogSoftmax(Tensor input, long dimension) => s_logSoftmax.Call(input, dimension);

    /// <summary>In training, zeroes elements at random and scales the rest by 1 / (1 - probability); otherwise the input.</summary>
    public static Tensor Dropout(Tensor input, double probability, bool training) => s_dropout.Call(input, probability, training);

    /// <summary>Mean squared difference.</summary>
    public static Tensor MseLoss(Tensor input, Tensor target) => s_mseLoss.Call(input, target);

    /// <summary>Mean cross entropy of [N, C] logits and N class numbers.</summary>
    public static Tensor CrossEntropy(Tensor input, Tensor target) => s_crossEntropy.Call(input, target);
}
