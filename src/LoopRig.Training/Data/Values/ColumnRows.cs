using System.Buffers;

namespace LoopRig.Training;

/// <summary>Some of the values of each bin: units that were kept, in their order.</summary>
internal sealed class ColumnRows(IBinValues values, int[] columns) : IBinValues
{
    public int Bins => values.Bins;

    public int Length => columns.Length;

    public void Read(int first, Span<float> destination)
    {
        float[] row = ArrayPool<float>.Shared.Rent(values.Length);
        for (int bin = 0; bin * columns.Length < destination.Length; bin++)
        {
            values.Read(first + bin, row.AsSpan(0, values.Length));
            for (int at = 0; at < columns.Length; at++)
                destination[bin * columns.Length + at] = row[columns[at]];
        }
        ArrayPool<float>.Shared.Return(row);
    }

    public void Dispose() => values.Dispose();
}
