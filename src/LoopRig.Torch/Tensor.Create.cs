using System.Buffers;
using System.Runtime.InteropServices;
using LoopRig.Torch.Interop;

namespace LoopRig.Torch;

// Making tensors: filled, random, copied, or as a view of memory that someone else owns.
public sealed unsafe partial class Tensor
{
    private static readonly Op s_empty = Op.Get("aten::empty", "memory_format");
    private static readonly Op s_zeros = Op.Get("aten::zeros");
    private static readonly Op s_ones = Op.Get("aten::ones");
    private static readonly Op s_full = Op.Get("aten::full");
    private static readonly Op s_arange = Op.Get("aten::arange", "start_step");
    private static readonly Op s_linspace = Op.Get("aten::linspace");
    private static readonly Op s_eye = Op.Get("aten::eye");
    private static readonly Op s_rand = Op.Get("aten::rand", "generator");
    private static readonly Op s_randn = Op.Get("aten::randn", "generator");
    private static readonly Op s_randperm = Op.Get("aten::randperm", "generator");

    /// <summary>Uninitialised elements.</summary>
    public static Tensor Empty(long[] shape, ScalarType dtype = ScalarType.Float32, Device device = default) => s_empty.Call(shape, dtype, Arg.None, On(device));

    /// <summary>Zeros of float on the CPU.</summary>
    public static Tensor Zeros(params long[] shape) => Zeros(shape, ScalarType.Float32);

    /// <summary>Zeros.</summary>
    public static Tensor Zeros(long[] shape, ScalarType dtype, Device device = default) => s_zeros.Call(shape, dtype, Arg.None, On(device));

    /// <summary>Ones of float on the CPU.</summary>
    public static Tensor Ones(params long[] shape) => Ones(shape, ScalarType.Float32);

    /// <summary>Ones.</summary>
    public static Tensor Ones(long[] shape, ScalarType dtype, Device device = default) => s_ones.Call(shape, dtype, Arg.None, On(device));

    /// <summary>One value everywhere.</summary>
    public static Tensor Full(long[] shape, double value, ScalarType dtype = ScalarType.Float32, Device device = default) => s_full.Call(shape, value, dtype, Arg.None, On(device));

    /// <summary>A tensor without dimensions that holds one number.</summary>
    public static Tensor Scalar(double value, ScalarType dtype = ScalarType.Float32, Device device = default) => Full([], value, dtype, device);

    /// <summary>Numbers from <paramref name="start"/> up to, without, <paramref name="end"/>.</summary>
    public static Tensor Arange(double start, double end, double step = 1, ScalarType dtype = ScalarType.Float32) => s_arange.Call(start, end, step, dtype);

    /// <summary><paramref name="steps"/> numbers from start to end, both included.</summary>
    public static Tensor Linspace(double start, double end, long steps, ScalarType dtype = ScalarType.Float32) => s_linspace.Call(start, end, steps, dtype);

    /// <summary>Identity matrix [size, size].</summary>
    public static Tensor Eye(long size, ScalarType dtype = ScalarType.Float32) => s_eye.Call(size, dtype);

    /// <summary>Uniform in [0, 1).</summary>
    public static Tensor Rand(long[] shape, Generator? generator = null, ScalarType dtype = ScalarType.Float32) => s_rand.Call(shape, generator, dtype);

    /// <summary>Standard normal.</summary>
    public static Tensor Randn(long[] shape, Generator? generator = null, ScalarType dtype = ScalarType.Float32) => s_randn.Call(shape, generator, dtype);

    /// <summary>A random order of 0 .. count - 1, 64-bit integers.</summary>
    public static Tensor RandPerm(long count, Generator? generator = null) => s_randperm.Call(count, generator, ScalarType.Int64);

    /// <summary>A copy of an array in a shape; without a shape a vector.</summary>
    /// <exception cref="ArgumentException">The shape holds another number of elements.</exception>
    public static Tensor FromArray(float[] values, params long[] shape) => FromSpan<float>(values, shape);

    /// <summary>A copy of an array in a shape; without a shape a vector.</summary>
    /// <exception cref="ArgumentException">The shape holds another number of elements.</exception>
    public static Tensor FromArray<T>(T[] values, params long[] shape) where T : unmanaged => FromSpan<T>(values, shape);

    /// <summary>A copy of a span in a shape; without a shape a vector.</summary>
    /// <exception cref="ArgumentException">The shape holds another number of elements.</exception>
    public static Tensor FromSpan<T>(ReadOnlySpan<T> values, params long[] shape) where T : unmanaged
    {
        if (shape.Length == 0) shape = [values.Length];
        CheckCount(values.Length, shape);
        var tensor = Empty(shape, ScalarTypes.Of<T>());
        values.CopyTo(tensor.AsSpan<T>());
        return tensor;
    }

    /// <summary>A view, without a copy, of memory that the caller keeps alive longer than the tensor and everything that views it.</summary>
    /// <param name="data">First element, on the CPU.</param>
    /// <param name="shape">Sizes.</param>
    /// <param name="strides">Steps in elements; null for packed.</param>
    public static Tensor View<T>(T* data, long[] shape, long[]? strides = null) where T : unmanaged => View(data, shape, strides, null, 0, ScalarTypes.Of<T>());

    /// <summary>A view, without a copy, of a managed array, which stays pinned until the last tensor that views it is gone.</summary>
    /// <exception cref="ArgumentException">The shape holds another number of elements.</exception>
    public static Tensor View<T>(T[] array, params long[] shape) where T : unmanaged => View(array.AsMemory(), shape);

    /// <summary>A view, without a copy, of managed memory, which stays pinned until the last tensor that views it is gone.</summary>
    /// <exception cref="ArgumentException">The shape holds another number of elements.</exception>
    public static Tensor View<T>(Memory<T> memory, params long[] shape) where T : unmanaged
    {
        if (shape.Length == 0) shape = [memory.Length];
        CheckCount(memory.Length, shape);
        var pin = new PinnedMemory(memory.Pin());
        var context = GCHandle.ToIntPtr(GCHandle.Alloc(pin));
        try
        {
            return View(pin.Handle.Pointer, shape, null, &Unpin, context, ScalarTypes.Of<T>());
        }
        catch
        {
            Release(context);
            throw;
        }
    }

    private static Tensor View(void* data, long[] shape, long[]? strides, delegate* unmanaged<nint, void> release, nint context, ScalarType dtype)
    {
        if (strides is not null && strides.Length != shape.Length) throw new ArgumentException("strides and shape differ in length");
        nint handle;
        fixed (long* sizes = shape, steps = strides)
            Status.Check(NativeMethods.lr_tensor_over_memory(data, sizes, steps, shape.Length, (int)dtype, release, context, &handle));
        return Take(handle);
    }

    [UnmanagedCallersOnly]
    private static void Unpin(nint context) => Release(context);

    private static void Release(nint context)
    {
        var handle = GCHandle.FromIntPtr(context);
        ((PinnedMemory)handle.Target!).Handle.Dispose();
        handle.Free();
    }

    private static Arg On(Device device) => device.IsCpu ? Torch.Device.Cpu : device;

    private static void CheckCount(long count, long[] shape)
    {
        long wanted = 1;
        foreach (long size in shape) wanted *= size;
        if (wanted != count) throw new ArgumentException($"{count} values do not fill the shape [{string.Join(", ", shape)}]");
    }

    private sealed class PinnedMemory(MemoryHandle handle)
    {
        // Not readonly: Dispose changes it, and a readonly field would hand out copies.
        public MemoryHandle Handle = handle;
    }
}
