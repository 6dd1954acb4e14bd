using System.Numerics;

namespace LoopRig.Training;

/// <summary>Pixels 0..255 in memory, read as 0..1, one array a bin; bins of the same picture may share one.</summary>
internal sealed class ByteRows(byte[][] rows, int length) : IBinValues
{
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

    /// <summary>Converts pixels to 0..1.</summary>
    internal static void Widen(ReadOnlySpan<byte> source, Span<float> destination)
    {
        var scale = new Vector<float>(1f / 255);
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
            destination[at] = source[at] * (1f / 255);
    }
}
