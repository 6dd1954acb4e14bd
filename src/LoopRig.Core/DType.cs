using System.Buffers.Binary;

namespace LoopRig.Core;

/// <summary>The element type of a sample, on the wire and in a session. The numbers are part of wire format 1.</summary>
public enum DType : byte
{
    /// <summary>Unsigned 8-bit integer: pixels.</summary>
    U8 = 1,
    /// <summary>Signed 8-bit integer.</summary>
    I8 = 2,
    /// <summary>Unsigned 16-bit integer.</summary>
    U16 = 3,
    /// <summary>Signed 16-bit integer.</summary>
    I16 = 4,
    /// <summary>Unsigned 32-bit integer.</summary>
    U32 = 5,
    /// <summary>Signed 32-bit integer.</summary>
    I32 = 6,
    /// <summary>Signed 64-bit integer.</summary>
    I64 = 7,
    /// <summary>IEEE 754 half precision.</summary>
    F16 = 8,
    /// <summary>IEEE 754 single precision.</summary>
    F32 = 9,
    /// <summary>IEEE 754 double precision.</summary>
    F64 = 10,
}

/// <summary>Facts about element types.</summary>
public static class DTypes
{
    /// <summary>Bytes of one element; 0 for a number that is no element type.</summary>
    public static int Size(this DType type) => type switch
    {
        DType.U8 or DType.I8 => 1,
        DType.U16 or DType.I16 or DType.F16 => 2,
        DType.U32 or DType.I32 or DType.F32 => 4,
        DType.I64 or DType.F64 => 8,
        _ => 0,
    };

    /// <summary>Reads element <paramref name="index"/> of packed little-endian data as a double (exact for every type but large <see cref="DType.I64"/>).</summary>
    public static double ReadAsDouble(this DType type, ReadOnlySpan<byte> data, int index)
    {
        var at = data[(index * type.Size())..];
        return type switch
        {
            DType.U8 => at[0],
            DType.I8 => (sbyte)at[0],
            DType.U16 => BinaryPrimitives.ReadUInt16LittleEndian(at),
            DType.I16 => BinaryPrimitives.ReadInt16LittleEndian(at),
            DType.U32 => BinaryPrimitives.ReadUInt32LittleEndian(at),
            DType.I32 => BinaryPrimitives.ReadInt32LittleEndian(at),
            DType.I64 => BinaryPrimitives.ReadInt64LittleEndian(at),
            DType.F16 => (double)BinaryPrimitives.ReadHalfLittleEndian(at),
            DType.F32 => BinaryPrimitives.ReadSingleLittleEndian(at),
            DType.F64 => BinaryPrimitives.ReadDoubleLittleEndian(at),
            _ => double.NaN,
        };
    }
}
