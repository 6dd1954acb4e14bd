namespace LoopRig.Training;

/// <summary>Activity in multiples of each unit's own scale; below 0 it counts as 0.</summary>
internal sealed class ScaledRows(IBinValues values, float[] scale) : IBinValues
{
    public int Bins => values.Bins;

    public int Length => values.Length;

    public void Read(int first, Span<float> destination)
    {
        values.Read(first, destination);
        for (int row = 0; row < destination.Length; row += scale.Length)
        {
            Span<float> bin = destination.Slice(row, scale.Length);
            for (int at = 0; at < bin.Length; at++)
                bin[at] = Math.Max(bin[at], 0) / scale[at];     // Max keeps NaN
        }
    }

    public void Dispose() => values.Dispose();
}
