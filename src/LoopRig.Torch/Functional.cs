namespace LoopRig.Torch;

/// <summary>
/// The operators as functions, under PyTorch's names; usually imported as <c>F</c>. Each returns a new tensor and takes part in gradients.
/// Errors are <see cref="Core.TorchException"/> and name operator and schema.
/// Letters in shapes: N batch, C channels in, O channels out, T frames, H rows, W columns, U units.
/// </summary>
public static partial class Functional
{
    private static readonly Op s_matmul = Op.Get("aten::matmul");
    private static readonly Op s_bmm = Op.Get("aten::bmm");
    private static readonly Op s_addmm = Op.Get("aten::addmm");
    private static readonly Op s_linear = Op.Get("aten::linear");
    private static readonly Op s_cat = Op.Get("aten::cat");
    private static readonly Op s_stack = Op.Get("aten::stack");
    private static readonly Op s_chunk = Op.Get("aten::chunk");
    private static readonly Op s_split = Op.Get("aten::split", "Tensor");
    private static readonly Op s_where = Op.Get("aten::where", "self");
    private static readonly Op s_pad = Op.Get("aten::constant_pad_nd");
    private static readonly Op s_replicationPad2d = Op.Get("aten::replication_pad2d");
    private static readonly Op s_inverse = Op.Get("aten::inverse");
    private static readonly Op s_gather = Op.Get("aten::gather");
    private static readonly Op s_roll = Op.Get("aten::roll");
    private static readonly Op s_unfold = Op.Get("aten::unfold");
    private static readonly Op s_randomFrom = Op.Get("aten::random_", "from");
    private static readonly Op s_viewAs = Op.Get("aten::view", "dtype");

    /// <summary>Matrix product; batched and broadcast over leading dimensions.</summary>
    public static Tensor MatMul(Tensor a, Tensor b) => s_matmul.Call(a, b);

    /// <summary>Matrix products of a batch: [N, I, J] by [N, J, K] gives [N, I, K].</summary>
    public static Tensor Bmm(Tensor a, Tensor b) => s_bmm.Call(a, b);

    /// <summary>beta * input + alpha * a b for matrices a and b.</summary>
    public static Tensor AddMm(Tensor input, Tensor a, Tensor b, double beta = 1, double alpha = 1) => s_addmm.Call(input, a, b, beta, alpha);

    /// <summary>[..., C] by the transpose of weight [O, C], plus bias [O].</summary>
    public static Tensor Linear(Tensor input, Tensor weight, Tensor? bias = null) => s_linear.Call(input, weight, bias);

    /// <summary>Joins along an existing dimension.</summary>
    public static Tensor Cat(Tensor[] tensors, long dimension = 0) => s_cat.Call(tensors, dimension);

    /// <summary>Joins along a new dimension.</summary>
    public static Tensor Stack(Tensor[] tensors, long dimension = 0) => s_stack.Call(tensors, dimension);

    /// <summary>Views of equal parts (the last may be smaller).</summary>
    public static Tensor[] Chunk(Tensor input, long chunks, long dimension = 0) => s_chunk.CallMany(input, chunks, dimension)!;

    /// <summary>Views of parts of a size (the last may be smaller).</summary>
    public static Tensor[] Split(Tensor input, long size, long dimension = 0) => s_split.CallMany(input, size, dimension)!;

    /// <summary>a where the condition is true, b elsewhere.</summary>
    public static Tensor Where(Tensor condition, Tensor a, Tensor b) => s_where.Call(condition, a, b);

    /// <summary>Pads with a number; amounts are pairs (before, after) from the last dimension backwards.</summary>
    public static Tensor Pad(Tensor input, long[] amounts, double value = 0) => s_pad.Call(input, amounts, value);

    /// <summary>Pads [N, C, H, W] with its border: left, right, top, bottom.</summary>
    public static Tensor ReplicationPad2d(Tensor input, long left, long right, long top, long bottom) => s_replicationPad2d.Call(input, (long[])[left, right, top, bottom]);

    /// <summary>Inverse of square matrices [..., n, n].</summary>
    public static Tensor Inverse(Tensor matrix) => s_inverse.Call(matrix);

    /// <summary>Picks, along a dimension, the element that each index names.</summary>
    public static Tensor Gather(Tensor input, long dimension, Tensor index) => s_gather.Call(input, dimension, index);

    /// <summary>Rotates the elements along a dimension.</summary>
    public static Tensor Roll(Tensor input, long shift, long dimension) => s_roll.Call(input, shift, dimension);

    /// <summary>A view of windows along a dimension: it becomes the number of windows, and a new last one of <paramref name="size"/> holds each.</summary>
    public static Tensor Unfold(Tensor input, long dimension, long size, long step) => s_unfold.Call(input, dimension, size, step);

    /// <summary>Random bytes, drawn eight at a time from libtorch's generator.</summary>
    public static Tensor RandomBytes(long count, Device device = default)
    {
        using Scope scope = new();
        Tensor words = Tensor.Empty([(count + 7) / 8], ScalarType.Int64, device);
        s_randomFrom.Invoke(words, long.MinValue, Arg.None, Arg.None);
        return scope.MoveToOuter(s_viewAs.Call(words, ScalarType.Byte).Narrow(0, 0, count));
    }
}
