namespace LoopRig.Torch;

// What PyTorch has as methods: arithmetic, views, conversions, copies in place.
public sealed unsafe partial class Tensor
{
    private static readonly Op s_add = Op.Get("aten::add", "Tensor");
    private static readonly Op s_addNumber = Op.Get("aten::add", "Scalar");
    private static readonly Op s_sub = Op.Get("aten::sub", "Tensor");
    private static readonly Op s_subNumber = Op.Get("aten::sub", "Scalar");
    private static readonly Op s_rsub = Op.Get("aten::rsub", "Scalar");
    private static readonly Op s_mul = Op.Get("aten::mul", "Tensor");
    private static readonly Op s_mulNumber = Op.Get("aten::mul", "Scalar");
    private static readonly Op s_div = Op.Get("aten::div", "Tensor");
    private static readonly Op s_divNumber = Op.Get("aten::div", "Scalar");
    private static readonly Op s_reciprocal = Op.Get("aten::reciprocal");
    private static readonly Op s_neg = Op.Get("aten::neg");
    private static readonly Op s_addInPlace = Op.Get("aten::add_", "Tensor");
    private static readonly Op s_mulInPlace = Op.Get("aten::mul_", "Scalar");
    private static readonly Op s_copy = Op.Get("aten::copy_");
    private static readonly Op s_fill = Op.Get("aten::fill_", "Scalar");
    private static readonly Op s_item = Op.Get("aten::item");
    private static readonly Op s_to = Op.Get("aten::to", "device");
    private static readonly Op s_toDtype = Op.Get("aten::to", "dtype");
    private static readonly Op s_clone = Op.Get("aten::clone");
    private static readonly Op s_contiguous = Op.Get("aten::contiguous");
    private static readonly Op s_reshape = Op.Get("aten::reshape");
    private static readonly Op s_expand = Op.Get("aten::expand");
    private static readonly Op s_permute = Op.Get("aten::permute");
    private static readonly Op s_transpose = Op.Get("aten::transpose", "int");
    private static readonly Op s_flatten = Op.Get("aten::flatten", "using_ints");
    private static readonly Op s_squeeze = Op.Get("aten::squeeze", "dim");
    private static readonly Op s_unsqueeze = Op.Get("aten::unsqueeze");
    private static readonly Op s_select = Op.Get("aten::select", "int");
    private static readonly Op s_slice = Op.Get("aten::slice", "Tensor");
    private static readonly Op s_narrow = Op.Get("aten::narrow");
    private static readonly Op s_indexSelect = Op.Get("aten::index_select");
    private static readonly Op s_index = Op.Get("aten::index", "Tensor");
    private static readonly Op s_repeat = Op.Get("aten::repeat");
    private static readonly Op s_flip = Op.Get("aten::flip");

    /// <summary>Sum, with broadcasting.</summary>
    public static Tensor operator +(Tensor a, Tensor b) => s_add.Call(a, b);

    /// <summary>Sum with a number.</summary>
    public static Tensor operator +(Tensor a, double b) => s_addNumber.Call(a, b);

    /// <summary>Sum with a number.</summary>
    public static Tensor operator +(double a, Tensor b) => s_addNumber.Call(b, a);

    /// <summary>Difference, with broadcasting.</summary>
    public static Tensor operator -(Tensor a, Tensor b) => s_sub.Call(a, b);

    /// <summary>Difference with a number.</summary>
    public static Tensor operator -(Tensor a, double b) => s_subNumber.Call(a, b);

    /// <summary>A number less a tensor.</summary>
    public static Tensor operator -(double a, Tensor b) => s_rsub.Call(b, a);

    /// <summary>The negative.</summary>
    public static Tensor operator -(Tensor a) => s_neg.Call(a);

    /// <summary>Product by elements, with broadcasting.</summary>
    public static Tensor operator *(Tensor a, Tensor b) => s_mul.Call(a, b);

    /// <summary>Product with a number.</summary>
    public static Tensor operator *(Tensor a, double b) => s_mulNumber.Call(a, b);

    /// <summary>Product with a number.</summary>
    public static Tensor operator *(double a, Tensor b) => s_mulNumber.Call(b, a);

    /// <summary>Quotient by elements, with broadcasting.</summary>
    public static Tensor operator /(Tensor a, Tensor b) => s_div.Call(a, b);

    /// <summary>Quotient by a number.</summary>
    public static Tensor operator /(Tensor a, double b) => s_divNumber.Call(a, b);

    /// <summary>A number divided by each element.</summary>
    public static Tensor operator /(double a, Tensor b)
    {
        using var inverse = s_reciprocal.Call(b);
        return inverse * a;
    }

    /// <summary>Adds <paramref name="scale"/> times another tensor in place.</summary>
    public void AddInPlace(Tensor other, double scale = 1) => s_addInPlace.Invoke(this, other, scale);

    /// <summary>Multiplies by a number in place.</summary>
    public void MulInPlace(double factor) => s_mulInPlace.Invoke(this, factor);

    /// <summary>Overwrites the elements with those of another tensor, converting and broadcasting.</summary>
    public void CopyFrom(Tensor source) => s_copy.Invoke(this, source);

    /// <summary>Overwrites every element with a number.</summary>
    public void Fill(double value) => s_fill.Invoke(this, value);

    /// <summary>On a device; the same tensor if it is there.</summary>
    public Tensor To(Device device) => s_to.Call(this, device, Dtype);

    /// <summary>A copy in pinned host memory, from and to which a GPU copies without waiting.</summary>
    /// <exception cref="Core.NativeLibraryException">This libtorch has no CUDA.</exception>
    public Tensor PinMemory() => Cuda.Pin(this);

    /// <summary>Of an element type; the same tensor if it is that.</summary>
    public Tensor To(ScalarType dtype) => s_toDtype.Call(this, dtype);

    /// <summary>A copy.</summary>
    public Tensor Clone() => s_clone.Call(this);

    /// <summary>Packed in row-major order; the same tensor if it is.</summary>
    public Tensor Contiguous() => s_contiguous.Call(this);

    /// <summary>The same elements [N, C, H, W] laid out with channels innermost, copied unless they lie so.</summary>
    public Tensor ChannelsLast()
    {
        const int ChannelsLastFormat = 2; // c10::MemoryFormat
        return s_contiguous.Call(this, ChannelsLastFormat);
    }

    /// <summary>The same elements in another shape; one size may be -1.</summary>
    public Tensor Reshape(params long[] shape) => s_reshape.Call(this, shape);

    /// <summary>Repeats dimensions of size one without a copy; -1 keeps a size.</summary>
    public Tensor Expand(params long[] shape) => s_expand.Call(this, shape);

    /// <summary>Dimensions in another order.</summary>
    public Tensor Permute(params long[] order) => s_permute.Call(this, order);

    /// <summary>Swaps two dimensions.</summary>
    public Tensor Transpose(long first, long second) => s_transpose.Call(this, first, second);

    /// <summary>Merges dimensions <paramref name="start"/> to <paramref name="end"/>, both included.</summary>
    public Tensor Flatten(long start = 0, long end = -1) => s_flatten.Call(this, start, end);

    /// <summary>Drops a dimension of size one.</summary>
    public Tensor Squeeze(long dimension) => s_squeeze.Call(this, dimension);

    /// <summary>Inserts a dimension of size one.</summary>
    public Tensor Unsqueeze(long dimension) => s_unsqueeze.Call(this, dimension);

    /// <summary>One index of a dimension, which is dropped.</summary>
    public Tensor Select(long dimension, long index) => s_select.Call(this, dimension, index);

    /// <summary>Indices from <paramref name="start"/> up to, without, <paramref name="end"/> of a dimension.</summary>
    public Tensor Slice(long dimension, long start, long end, long step = 1) => s_slice.Call(this, dimension, start, end, step);

    /// <summary><paramref name="length"/> indices of a dimension from <paramref name="start"/>.</summary>
    public Tensor Narrow(long dimension, long start, long length) => s_narrow.Call(this, dimension, start, length);

    /// <summary>The indices of a dimension that a vector of integers names.</summary>
    public Tensor IndexSelect(long dimension, Tensor indices) => s_indexSelect.Call(this, dimension, indices);

    /// <summary>PyTorch's <c>tensor[i, j, ...]</c> with tensors of integers or truth values; null takes a whole dimension.</summary>
    public Tensor Index(params Tensor?[] indices) => s_index.Call(this, indices);

    /// <summary>Copies along each dimension.</summary>
    public Tensor Repeat(params long[] times) => s_repeat.Call(this, times);

    /// <summary>Reverses dimensions.</summary>
    public Tensor Flip(params long[] dimensions) => s_flip.Call(this, dimensions);
}
