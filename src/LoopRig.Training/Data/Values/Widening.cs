using System.Numerics;
using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>Turns stored numbers into floats, many at a time: windows must come faster than a training step takes them.</summary>
internal static class Widening
{
    // The bits of a half, shifted into a float's place, are the number over 2^112: subnormal halves included.
    private static readonly Vector<float> s_halfScale = new(BitConverter.UInt32BitsToSingle(0x77800000));

    /// <summary>Converts packed little-endian elements of any type.</summary>
    public static void Read(DType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        switch (type)
        {
            case DType.U8:
                Bytes(source, destination, 1);
                break;
            case DType.F16:
                AnyHalves(MemoryMarshal.Cast<byte, Half>(source), destination);
                break;
            case DType.F32:
                MemoryMarshal.Cast<byte, float>(source).CopyTo(destination);
                break;
            case DType.F64:
                ReadOnlySpan<double> doubles = MemoryMarshal.Cast<byte, double>(source);
                for (int at = 0; at < doubles.Length; at++)
                    destination[at] = (float)doubles[at];
                break;
            default:
                for (int at = 0; at < destination.Length; at++)
                    destination[at] = (float)type.ReadAsDouble(source, at);
                break;
        }
    }

    /// <summary>Bytes times a scale.</summary>
    public static void Bytes(ReadOnlySpan<byte> source, Span<float> destination, float scale)
    {
        int at = 0, quarter = Vector<float>.Count;
        for (; at + Vector<byte>.Count <= source.Length; at += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(source[at..]), out Vector<ushort> low, out Vector<ushort> high);
            Vector.Widen(low, out Vector<uint> first, out Vector<uint> second);
            Vector.Widen(high, out Vector<uint> third, out Vector<uint> fourth);
            (Vector.ConvertToSingle(Vector.AsVectorInt32(first)) * scale).CopyTo(destination[at..]);
            (Vector.ConvertToSingle(Vector.AsVectorInt32(second)) * scale).CopyTo(destination[(at + quarter)..]);
            (Vector.ConvertToSingle(Vector.AsVectorInt32(third)) * scale).CopyTo(destination[(at + 2 * quarter)..]);
            (Vector.ConvertToSingle(Vector.AsVectorInt32(fourth)) * scale).CopyTo(destination[(at + 3 * quarter)..]);
        }
        for (; at < source.Length; at++)
            destination[at] = source[at] * scale;
    }

    /// <summary>Halves that are all finite.</summary>
    public static void FiniteHalves(ReadOnlySpan<Half> source, Span<float> destination)
    {
        ReadOnlySpan<ushort> bits = MemoryMarshal.Cast<Half, ushort>(source);
        int at = 0;
        for (; at + Vector<ushort>.Count <= bits.Length; at += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(bits[at..]), out Vector<uint> low, out Vector<uint> high);
            Shifted(low).CopyTo(destination[at..]);
            Shifted(high).CopyTo(destination[(at + Vector<uint>.Count)..]);
        }
        for (; at < source.Length; at++)
            destination[at] = (float)source[at];
    }

    /// <summary>value = value * scale + offset.</summary>
    public static void Scale(Span<float> values, float scale, float offset)
    {
        Span<Vector<float>> many = MemoryMarshal.Cast<float, Vector<float>>(values);
        for (int at = 0; at < many.Length; at++)
            many[at] = many[at] * scale + new Vector<float>(offset);
        for (int at = many.Length * Vector<float>.Count; at < values.Length; at++)
            values[at] = values[at] * scale + offset;
    }

    private static void AnyHalves(ReadOnlySpan<Half> source, Span<float> destination)
    {
        for (int at = 0; at < source.Length; at++)
            destination[at] = (float)source[at];
    }

    private static Vector<float> Shifted(Vector<uint> half)
    {
        Vector<float> magnitude = Vector.AsVectorSingle((half & new Vector<uint>(0x7FFF)) << 13) * s_halfScale;
        return Vector.AsVectorSingle(Vector.AsVectorUInt32(magnitude) | ((half & new Vector<uint>(0x8000)) << 16));
    }
}
