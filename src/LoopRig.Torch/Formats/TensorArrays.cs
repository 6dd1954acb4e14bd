using LoopRig.Core;

namespace LoopRig.Torch.Formats;

/// <summary>From arrays of a file to tensors and back.</summary>
public static unsafe class TensorArrays
{
    /// <summary>Reads an array into a new tensor on the CPU, of the same element type. The caller disposes it, or the current scope does.</summary>
    /// <exception cref="DataFileException">The array cannot be read.</exception>
    /// <exception cref="LoopRigException">No tensor holds the array's type (unsigned 16, 32 and 64 bit).</exception>
    public static Tensor ToTensor(this NamedArray array)
    {
        ScalarType type = array.Type switch
        {
            ArrayType.Bool => ScalarType.Bool,
            ArrayType.U8 => ScalarType.Byte,
            ArrayType.I8 => ScalarType.Int8,
            ArrayType.I16 => ScalarType.Int16,
            ArrayType.I32 => ScalarType.Int32,
            ArrayType.I64 => ScalarType.Int64,
            ArrayType.F16 => ScalarType.Float16,
            ArrayType.BF16 => ScalarType.BFloat16,
            ArrayType.F32 => ScalarType.Float32,
            ArrayType.F64 => ScalarType.Float64,
            _ => throw new LoopRigException($"no tensor holds elements of type {array.Type}, as {array} has"),
        };
        if (array.ByteLength > int.MaxValue) throw new LoopRigException($"{array} exceeds the 2 GiB that can be read at once");
        Tensor tensor = Tensor.Empty(array.Shape, type);
        try
        {
            if (array.ByteLength > 0) array.ReadInto(new Span<byte>(tensor.DataPointer(), (int)array.ByteLength));
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>A tensor as an array to write; the bytes are copied when they are read, packed and from whatever device.</summary>
    /// <exception cref="LoopRigException">No file type holds the tensor's elements.</exception>
    public static NamedArray FromTensor(string name, Tensor tensor) => new TensorArray(name, tensor);

    internal static ArrayType TypeOf(Tensor tensor) => tensor.Dtype switch
    {
        ScalarType.Bool => ArrayType.Bool,
        ScalarType.Byte => ArrayType.U8,
        ScalarType.Int8 => ArrayType.I8,
        ScalarType.Int16 => ArrayType.I16,
        ScalarType.Int32 => ArrayType.I32,
        ScalarType.Int64 => ArrayType.I64,
        ScalarType.Float16 => ArrayType.F16,
        ScalarType.BFloat16 => ArrayType.BF16,
        ScalarType.Float32 => ArrayType.F32,
        ScalarType.Float64 => ArrayType.F64,
        _ => throw new LoopRigException($"a safetensors file has no type for {tensor}"),
    };
}
