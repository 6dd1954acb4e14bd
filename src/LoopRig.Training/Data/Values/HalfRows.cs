namespace LoopRig.Training;

/// <summary>Finite values in half precision in memory, one array a bin: images of 0..1, finer than a camera's noise, in half the memory.</summary>
internal sealed class HalfRows(Half[][] rows, int length) : IBinValues
{
    public int Bins => rows.Length;

    public int Length => length;

    public void Read(int first, Span<float> destination)
    {
        for (int row = 0; row * length < destination.Length; row++)
            Widening.FiniteHalves(rows[first + row], destination.Slice(row * length, length));
    }

    public void Dispose()
    {
    }
}
