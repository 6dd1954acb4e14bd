using LoopRig.Core;

namespace LoopRig.Torch.Formats;

/// <summary>
/// A named array of a weights file. The bytes stay in the file until they are asked for, so opening a file of any size costs its header only.
/// </summary>
/// <remarks>Belongs to the file it came from and can be read until that file is disposed; not for two threads at a time.</remarks>
public abstract class NamedArray
{
    private protected NamedArray(string name, ArrayType type, long[] shape)
    {
        Name = name;
        Type = type;
        Shape = shape;
        ByteLength = ArrayTypes.ByteLength(type, shape);
        if (ByteLength < 0) throw new ArgumentException($"'{name}' cannot have the shape {ShapeText(shape)}", nameof(shape));
    }

    /// <summary>The name in the file.</summary>
    public string Name { get; }

    /// <summary>The element type.</summary>
    public ArrayType Type { get; }

    /// <summary>The lengths, outermost first; empty for a scalar.</summary>
    public long[] Shape { get; }

    /// <summary>The bytes of the whole array, contiguous and row-major.</summary>
    public long ByteLength { get; }

    /// <summary>Copies the array, contiguous and row-major, into the caller's memory.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is not <see cref="ByteLength"/> bytes long.</exception>
    /// <exception cref="DataFileException">The file is damaged or was cut since it was opened.</exception>
    public void ReadInto(Span<byte> destination)
    {
        if (destination.Length != ByteLength)
            throw new ArgumentException($"'{Name}' takes {ByteLength} bytes, not {destination.Length}", nameof(destination));
        if (ByteLength > 0) Fill(destination);
    }

    /// <summary>The whole array in new memory.</summary>
    /// <exception cref="DataFileException">The file is damaged or was cut since it was opened.</exception>
    /// <exception cref="LoopRigException">The array exceeds the 2 GiB that one managed array holds.</exception>
    public byte[] ReadBytes()
    {
        if (ByteLength > Array.MaxLength)
            throw new LoopRigException($"array '{Name}' takes {ByteLength} bytes; one array of up to {Array.MaxLength} bytes can be read");
        byte[] bytes = new byte[ByteLength];
        ReadInto(bytes);
        return bytes;
    }

    /// <summary>The whole array converted to single precision.</summary>
    /// <exception cref="DataFileException">As for <see cref="ReadBytes"/>.</exception>
    public float[] ReadFloats()
    {
        float[] values = new float[ByteLength / ArrayTypes.Size(Type)];
        ArrayTypes.ToFloats(Type, ReadBytes(), values);
        return values;
    }

    /// <summary>Name, type and shape, as "fc.weight F32 [5, 512]".</summary>
    public override string ToString() => $"{Name} {Type} {ShapeText(Shape)}";

    /// <summary>Fills a destination that has exactly the right length.</summary>
    private protected abstract void Fill(Span<byte> destination);

    internal static string ShapeText(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";
}
