namespace LoopRig.Training;

/// <summary>Pixels 0..255 in memory, read as 0..1, one array a bin; bins of the same picture may share one.</summary>
internal sealed class ByteRows(byte[][] rows, int length) : IBinValues
{
    public int Bins => rows.Length;

    public int Length => length;

    public void Read(int first, Span<float> destination)
    {
        for (int row = 0; row * length < destination.Length; row++)
            Widening.Bytes(rows[first + row], destination.Slice(row * length, length), 1f / 255);
    }

    public void Dispose()
    {
    }
}
