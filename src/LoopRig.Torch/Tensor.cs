using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Torch.Interop;

namespace LoopRig.Torch;

/// <summary>
/// A tensor of libtorch. It is its own safe handle: dispose it, or let a <see cref="Torch.Scope"/> do so; a forgotten one is freed by the
/// collector, late. Operators that PyTorch has as methods are here, all others in <see cref="Functional"/>; both call <see cref="Op"/>.
/// </summary>
public sealed unsafe partial class Tensor : SafeHandle
{
    private const int MaxRank = 64;

    private Tensor(nint handle) : base(0, ownsHandle: true) => SetHandle(handle);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Element type.</summary>
    public ScalarType Dtype => (ScalarType)Info.DType;

    /// <summary>Where the elements live.</summary>
    public Device Device
    {
        get
        {
            var info = Info;
            return new Device(info.DeviceType, info.DeviceIndex);
        }
    }

    /// <summary>Number of dimensions.</summary>
    public int Rank => Info.Rank;

    /// <summary>Number of elements.</summary>
    public long Elements => Info.Elements;

    /// <summary>Whether the elements lie packed in row-major order.</summary>
    public bool IsContiguous => Info.Contiguous != 0;

    /// <summary>Sizes, outermost first.</summary>
    public long[] Shape => ReadShape().Sizes;

    /// <summary>Steps in elements, one a dimension.</summary>
    public long[] Strides => ReadShape().Strides;

    /// <summary>Size of one dimension; a negative one counts from the end.</summary>
    public long Size(int dimension)
    {
        var shape = Shape;
        return shape[dimension < 0 ? dimension + shape.Length : dimension];
    }

    internal Scope? Scope { get; set; }

    internal nint Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return handle;
        }
    }

    private TensorInfo Info
    {
        get
        {
            TensorInfo info;
            Status.Check(NativeMethods.lr_tensor_describe(Handle, &info));
            GC.KeepAlive(this);
            return info;
        }
    }

    /// <summary>The one element as a number.</summary>
    /// <exception cref="TorchException">The tensor has not exactly one element.</exception>
    public double Item() => s_item.CallNumber(this);

    /// <summary>The elements as packed floats, copied (and converted and fetched from the device where need be).</summary>
    public float[] ToArray() => ToArray<float>();

    /// <summary>The elements as packed <typeparamref name="T"/>, copied (and converted and fetched from the device where need be).</summary>
    public T[] ToArray<T>() where T : unmanaged
    {
        using var here = s_to.Call(this, Device.Cpu, ScalarTypes.Of<T>());
        using var packed = s_contiguous.Call(here);
        return packed.AsSpan<T>().ToArray();
    }

    /// <summary>The elements themselves, without a copy: valid while the tensor lives. Only on the CPU, packed, of float.</summary>
    /// <exception cref="TorchException">Not on the CPU, not packed, or another element type.</exception>
    public Span<float> AsSpan() => AsSpan<float>();

    /// <summary>The elements themselves, without a copy: valid while the tensor lives. Only on the CPU, packed, of that element type.</summary>
    /// <exception cref="TorchException">Not on the CPU, not packed, or another element type.</exception>
    public Span<T> AsSpan<T>() where T : unmanaged
    {
        var info = Info;
        if (info.DeviceType != 0 || info.Contiguous == 0 || (ScalarType)info.DType != ScalarTypes.Of<T>())
            throw new TorchException($"{this} is not packed {ScalarTypes.Of<T>()} on the CPU, so it has no span of that type");
        return new Span<T>(DataPointer(), checked((int)info.Elements));
    }

    /// <summary>Address of the first element on the tensor's device.</summary>
    public void* DataPointer()
    {
        void* data;
        Status.Check(NativeMethods.lr_tensor_data(Handle, &data));
        return data;
    }

    /// <summary>Where the elements begin: the same for every handle of one tensor (<see cref="Share"/>).</summary>
    public nint Address => (nint)DataPointer();

    /// <summary>Another handle of the same tensor, disposed on its own.</summary>
    public Tensor Share()
    {
        nint same;
        Status.Check(NativeMethods.lr_tensor_share(Handle, &same));
        GC.KeepAlive(this);
        return Take(same);
    }

    /// <summary>Element type, shape and device; never the elements.</summary>
    public override string ToString() => IsClosed ? "disposed tensor" : $"{Dtype} [{string.Join(", ", Shape)}] on {Device}";

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => NativeMethods.lr_tensor_free(handle) == 0;

    /// <summary>Owns a handle that the shim gave out; the current scope collects it.</summary>
    internal static Tensor Take(nint handle)
    {
        var tensor = new Tensor(handle);
        Torch.Scope.Register(tensor);
        return tensor;
    }

    private (long[] Sizes, long[] Strides) ReadShape()
    {
        var sizes = stackalloc long[MaxRank];
        var strides = stackalloc long[MaxRank];
        int rank = Info.Rank;
        Status.Check(NativeMethods.lr_tensor_shape(Handle, sizes, strides, MaxRank));
        GC.KeepAlive(this);
        return (new ReadOnlySpan<long>(sizes, rank).ToArray(), new ReadOnlySpan<long>(strides, rank).ToArray());
    }
}
