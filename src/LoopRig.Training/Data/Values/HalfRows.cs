using System.Numerics;
using System.Runtime.InteropServices;

namespace LoopRig.Training;

/// <summary>Finite values in half precision in memory, one array a bin: images of 0..1, finer than a camera's noise, in half the memory.</summary>
internal sealed class HalfRows(Half[][] rows, int length) : IBinValues
{
    // The bits of a half, shifted into a float's place, are the number over 2^112: subnormal halves included.
    private static readonly Vector<float> s_scale = new(BitConverter.UInt32BitsToSingle(0x77800000));

    public int Bins => rows.Length;

    public int Length => length;

    public void Read(int first, Span<float> destination)
    {
        for (int row = 0; row * length < destination.Length; row++)
            Widen(rows[first + row], destination.Slice(row * length, length));
    }

    public void Dispose()
    {
    }

    /// <summary>Converts finite halves; four times as fast as one by one.</summary>
    internal static void Widen(ReadOnlySpan<Half> source, Span<float> destination)
    {
        ReadOnlySpan<ushort> bits = MemoryMarshal.Cast<Half, ushort>(source);
        int at = 0;
        for (; at + Vector<ushort>.Count <= bits.Length; at += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(bits[at..]), out Vector<uint> low, out Vector<uint> high);
            Shift(low).CopyTo(destination[at..]);
            Shift(high).CopyTo(destination[(at + Vector<uint>.Count)..]);
        }
        for (; at < source.Length; at++)
            destination[at] = (float)source[at];
    }

    private static Vector<float> Shift(Vector<uint> half)
    {
        Vector<float> magnitude = Vector.AsVectorSingle((half & new Vector<uint>(0x7FFF)) << 13) * s_scale;
        return Vector.AsVectorSingle(Vector.AsVectorUInt32(magnitude) | ((half & new Vector<uint>(0x8000)) << 16));
    }
}
