using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace LoopRig.Torch.Formats;

/// <summary>Sizes and conversions of <see cref="ArrayType"/>.</summary>
public static class ArrayTypes
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(ArrayType type) => type switch
    {
        ArrayType.Bool or ArrayType.U8 or ArrayType.I8 => 1,
        ArrayType.U16 or ArrayType.I16 or ArrayType.F16 or ArrayType.BF16 => 2,
        ArrayType.U32 or ArrayType.I32 or ArrayType.F32 => 4,
        ArrayType.U64 or ArrayType.I64 or ArrayType.F64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not an element type"),
    };

    /// <summary>The type's name in a safetensors header.</summary>
    public static string Name(ArrayType type) => type == ArrayType.Bool ? "BOOL" : type.ToString();

    /// <summary>Reads a type's name in a safetensors header; false for any other text (8-bit floats among them).</summary>
    public static bool TryParse(string name, out ArrayType type)
    {
        foreach (ArrayType known in Enum.GetValues<ArrayType>())
        {
            type = known;
            if (Name(known) == name) return true;
        }
        type = default;
        return false;
    }

    /// <summary>The bytes that an array of this shape takes, or -1 when a length is negative or the product exceeds a 63-bit number.</summary>
    public static long ByteLength(ArrayType type, ReadOnlySpan<long> shape)
    {
        // A zero anywhere makes the array empty, however absurd the other lengths are.
        foreach (long length in shape)
            if (length < 0) return -1;
        if (shape.Contains(0)) return 0;
        long bytes = Size(type);
        foreach (long length in shape)
        {
            if (bytes > long.MaxValue / length) return -1;
            bytes *= length;
        }
        return bytes;
    }

    /// <summary>Converts little-endian elements of any type to single precision (64-bit values are rounded).</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> does not hold as many elements as <paramref name="bytes"/>.</exception>
    public static void ToFloats(ArrayType type, ReadOnlySpan<byte> bytes, Span<float> destination)
    {
        int size = Size(type);
        if (bytes.Length != (long)destination.Length * size)
            throw new ArgumentException($"{bytes.Length} bytes are not {destination.Length} elements of {type}", nameof(destination));
        if (type == ArrayType.F32)
        {
            MemoryMarshal.Cast<byte, float>(bytes).CopyTo(destination);
            return;
        }
        for (int i = 0; i < destination.Length; i++)
            destination[i] = Element(type, bytes.Slice(i * size, size));
    }

    private static float Element(ArrayType type, ReadOnlySpan<byte> element) => type switch
    {
        ArrayType.Bool => element[0] == 0 ? 0f : 1f,
        ArrayType.U8 => element[0],
        ArrayType.I8 => (sbyte)element[0],
        ArrayType.U16 => BinaryPrimitives.ReadUInt16LittleEndian(element),
        ArrayType.I16 => BinaryPrimitives.ReadInt16LittleEndian(element),
        ArrayType.F16 => (float)BinaryPrimitives.ReadHalfLittleEndian(element),
        ArrayType.BF16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(element) << 16),
        ArrayType.U32 => BinaryPrimitives.ReadUInt32LittleEndian(element),
        ArrayType.I32 => BinaryPrimitives.ReadInt32LittleEndian(element),
        ArrayType.F32 => BinaryPrimitives.ReadSingleLittleEndian(element),
        ArrayType.U64 => BinaryPrimitives.ReadUInt64LittleEndian(element),
        ArrayType.I64 => BinaryPrimitives.ReadInt64LittleEndian(element),
        ArrayType.F64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(element),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not an element type"),
    };
}
