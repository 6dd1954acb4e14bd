namespace LoopRig.Torch;

// Functions of elements, reductions, comparisons.
public static partial class Functional
{
    private static readonly Op s_abs = Op.Get("aten::abs");
    private static readonly Op s_exp = Op.Get("aten::exp");
    private static readonly Op s_log = Op.Get("aten::log");
    private static readonly Op s_sqrt = Op.Get("aten::sqrt");
    private static readonly Op s_rsqrt = Op.Get("aten::rsqrt");
    private static readonly Op s_square = Op.Get("aten::square");
    private static readonly Op s_sin = Op.Get("aten::sin");
    private static readonly Op s_cos = Op.Get("aten::cos");
    private static readonly Op s_atan2 = Op.Get("aten::atan2");
    private static readonly Op s_acos = Op.Get("aten::acos");
    private static readonly Op s_floor = Op.Get("aten::floor");
    private static readonly Op s_sign = Op.Get("aten::sign");
    private static readonly Op s_pow = Op.Get("aten::pow", "Tensor_Scalar");
    private static readonly Op s_powTensor = Op.Get("aten::pow", "Tensor_Tensor");
    private static readonly Op s_clamp = Op.Get("aten::clamp");
    private static readonly Op s_minimum = Op.Get("aten::minimum");
    private static readonly Op s_maximum = Op.Get("aten::maximum");
    private static readonly Op s_sum = Op.Get("aten::sum");
    private static readonly Op s_sumOver = Op.Get("aten::sum", "dim_IntList");
    private static readonly Op s_mean = Op.Get("aten::mean");
    private static readonly Op s_meanOver = Op.Get("aten::mean", "dim");
    private static readonly Op s_var = Op.Get("aten::var", "dim");
    private static readonly Op s_varMean = Op.Get("aten::var_mean", "dim");
    private static readonly Op s_norm = Op.Get("aten::linalg_vector_norm");
    private static readonly Op s_max = Op.Get("aten::max");
    private static readonly Op s_min = Op.Get("aten::min");
    private static readonly Op s_amax = Op.Get("aten::amax");
    private static readonly Op s_argmax = Op.Get("aten::argmax");
    private static readonly Op s_cumsum = Op.Get("aten::cumsum");
    private static readonly Op s_eq = Op.Get("aten::eq", "Scalar");
    private static readonly Op s_gt = Op.Get("aten::gt", "Scalar");
    private static readonly Op s_ge = Op.Get("aten::ge", "Scalar");
    private static readonly Op s_lt = Op.Get("aten::lt", "Scalar");
    private static readonly Op s_le = Op.Get("aten::le", "Scalar");
    private static readonly Op s_gtTensor = Op.Get("aten::gt", "Tensor");
    private static readonly Op s_isnan = Op.Get("aten::isnan");
    private static readonly Op s_any = Op.Get("aten::any");
    private static readonly Op s_all = Op.Get("aten::all");
    private static readonly Op s_logicalAnd = Op.Get("aten::logical_and");
    private static readonly Op s_logicalNot = Op.Get("aten::logical_not");

    /// <summary>Magnitude.</summary>
    public static Tensor Abs(Tensor input) => s_abs.Call(input);

    /// <summary>e^x.</summary>
    public static Tensor Exp(Tensor input) => s_exp.Call(input);

    /// <summary>Natural logarithm.</summary>
    public static Tensor Log(Tensor input) => s_log.Call(input);

    /// <summary>Square root.</summary>
    public static Tensor Sqrt(Tensor input) => s_sqrt.Call(input);

    /// <summary>1 / square root.</summary>
    public static Tensor Rsqrt(Tensor input) => s_rsqrt.Call(input);

    /// <summary>x^2.</summary>
    public static Tensor Square(Tensor input) => s_square.Call(input);

    /// <summary>Sine of radians.</summary>
    public static Tensor Sin(Tensor input) => s_sin.Call(input);

    /// <summary>Cosine of radians.</summary>
    public static Tensor Cos(Tensor input) => s_cos.Call(input);

    /// <summary>Angle of (x, y) in radians.</summary>
    public static Tensor Atan2(Tensor y, Tensor x) => s_atan2.Call(y, x);

    /// <summary>Angle in radians with that cosine.</summary>
    public static Tensor Acos(Tensor input) => s_acos.Call(input);

    /// <summary>Largest integer not above.</summary>
    public static Tensor Floor(Tensor input) => s_floor.Call(input);

    /// <summary>-1, 0 or 1.</summary>
    public static Tensor Sign(Tensor input) => s_sign.Call(input);

    /// <summary>x^exponent.</summary>
    public static Tensor Pow(Tensor input, double exponent) => s_pow.Call(input, exponent);

    /// <summary>x^exponent by elements.</summary>
    public static Tensor Pow(Tensor input, Tensor exponent) => s_powTensor.Call(input, exponent);

    /// <summary>Into [minimum, maximum]; null leaves a side open.</summary>
    public static Tensor Clamp(Tensor input, double? minimum, double? maximum) => s_clamp.Call(input, minimum, maximum);

    /// <summary>The smaller of each pair.</summary>
    public static Tensor Minimum(Tensor a, Tensor b) => s_minimum.Call(a, b);

    /// <summary>The larger of each pair.</summary>
    public static Tensor Maximum(Tensor a, Tensor b) => s_maximum.Call(a, b);

    /// <summary>Sum of all elements.</summary>
    public static Tensor Sum(Tensor input) => s_sum.Call(input);

    /// <summary>Sum over dimensions.</summary>
    public static Tensor Sum(Tensor input, long[] dimensions, bool keepDimensions = false) => s_sumOver.Call(input, dimensions, keepDimensions);

    /// <summary>Mean of all elements.</summary>
    public static Tensor Mean(Tensor input) => s_mean.Call(input);

    /// <summary>Mean over dimensions.</summary>
    public static Tensor Mean(Tensor input, long[] dimensions, bool keepDimensions = false) => s_meanOver.Call(input, dimensions, keepDimensions);

    /// <summary>Variance over dimensions, divided by n - 1 when unbiased, else by n.</summary>
    public static Tensor Var(Tensor input, long[] dimensions, bool unbiased = true, bool keepDimensions = false) => s_var.Call(input, dimensions, unbiased, keepDimensions);

    /// <summary><see cref="Var"/> and the mean, in one pass.</summary>
    public static (Tensor Variance, Tensor Mean) VarMean(Tensor input, long[] dimensions, bool unbiased = true, bool keepDimensions = false)
    {
        Tensor?[] both = s_varMean.CallMany(input, dimensions, unbiased, keepDimensions);
        return (both[0]!, both[1]!);
    }

    /// <summary>p-norm over dimensions (null: all).</summary>
    public static Tensor Norm(Tensor input, double p = 2, long[]? dimensions = null, bool keepDimensions = false) => s_norm.Call(input, p, dimensions, keepDimensions);

    /// <summary>Largest element.</summary>
    public static Tensor Max(Tensor input) => s_max.Call(input);

    /// <summary>Smallest element.</summary>
    public static Tensor Min(Tensor input) => s_min.Call(input);

    /// <summary>Largest elements over dimensions.</summary>
    public static Tensor AMax(Tensor input, long[] dimensions, bool keepDimensions = false) => s_amax.Call(input, dimensions, keepDimensions);

    /// <summary>Index of the largest element along a dimension.</summary>
    public static Tensor ArgMax(Tensor input, long? dimension = null, bool keepDimension = false) => s_argmax.Call(input, dimension, keepDimension);

    /// <summary>Running sum along a dimension.</summary>
    public static Tensor CumSum(Tensor input, long dimension) => s_cumsum.Call(input, dimension);

    /// <summary>x = value.</summary>
    public static Tensor Eq(Tensor input, double value) => s_eq.Call(input, value);

    /// <summary>x &gt; value.</summary>
    public static Tensor Gt(Tensor input, double value) => s_gt.Call(input, value);

    /// <summary>x &gt; y by elements.</summary>
    public static Tensor Gt(Tensor input, Tensor other) => s_gtTensor.Call(input, other);

    /// <summary>x &gt;= value.</summary>
    public static Tensor Ge(Tensor input, double value) => s_ge.Call(input, value);

    /// <summary>x &lt; value.</summary>
    public static Tensor Lt(Tensor input, double value) => s_lt.Call(input, value);

    /// <summary>x &lt;= value.</summary>
    public static Tensor Le(Tensor input, double value) => s_le.Call(input, value);

    /// <summary>Whether each element is not a number.</summary>
    public static Tensor IsNan(Tensor input) => s_isnan.Call(input);

    /// <summary>Whether any element is true.</summary>
    public static Tensor Any(Tensor input) => s_any.Call(input);

    /// <summary>Whether every element is true.</summary>
    public static Tensor All(Tensor input) => s_all.Call(input);

    /// <summary>Both.</summary>
    public static Tensor LogicalAnd(Tensor a, Tensor b) => s_logicalAnd.Call(a, b);

    /// <summary>Not.</summary>
    public static Tensor LogicalNot(Tensor input) => s_logicalNot.Call(input);
}
