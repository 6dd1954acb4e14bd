namespace LoopRig.Training;

/// <summary>Floats in memory, one array a bin; a bin without one is not known.</summary>
internal sealed class FloatRows(float[]?[] rows, int length) : IBinValues
{
    public int Bins => rows.Length;

    public int Length => length;

    public void Read(int first, Span<float> destination)
    {
        for (int row = 0; row * length < destination.Length; row++)
        {
            Span<float> into = destination.Slice(row * length, length);
            if (rows[first + row] is { } values)
                values.CopyTo(into);
            else
                into.Fill(float.NaN);
        }
    }

    public void Dispose()
    {
    }
}
