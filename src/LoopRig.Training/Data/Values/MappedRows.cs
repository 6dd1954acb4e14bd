using System.Buffers;

namespace LoopRig.Training;

/// <summary>
/// Bins in NumPy files on disk, which may be larger than memory: the system reads pages as they are touched and drops them when memory is short. Files are opened
/// once, with their length checked; while they are open they must not be cut short.
/// </summary>
internal sealed class MappedRows : IBinValues
{
    private readonly MappedPiece[] _pieces;
    private readonly int[] _starts;

    /// <summary>Joins pieces that follow each other; they are closed with it.</summary>
    public MappedRows(IReadOnlyList<MappedPiece> pieces, int length)
    {
        _pieces = [.. pieces];
        _starts = [.. pieces.Select(static piece => piece.First)];
        Length = length;
        Bins = pieces.Count == 0 ? 0 : pieces[^1].First + pieces[^1].Bins;
    }

    public int Bins { get; }

    public int Length { get; }

    public void Read(int first, Span<float> destination)
    {
        int bins = destination.Length / Length;
        for (int done = 0; done < bins;)
        {
            int at = Array.BinarySearch(_starts, first + done);
            MappedPiece piece = _pieces[at >= 0 ? at : ~at - 1];
            int from = first + done - piece.First, count = Math.Min(bins - done, piece.Bins - from);
            Span<float> into = destination.Slice(done * Length, count * Length);
            if (piece.TimeLast)
                ReadTimeLast(piece, from, count, into);
            else
                Widening.Read(piece.File.DType, piece.File.Elements((long)from * Length, into.Length), into);
            if (piece.Scale != 1 || piece.Offset != 0)
                Widening.Scale(into, piece.Scale, piece.Offset);
            done += count;
        }
    }

    public void Dispose()
    {
        foreach (MappedPiece piece in _pieces)
            piece.File.Dispose();
    }

    private void ReadTimeLast(MappedPiece piece, int from, int count, Span<float> into)
    {
        float[] series = ArrayPool<float>.Shared.Rent(count);
        for (int value = 0; value < Length; value++)
        {
            Widening.Read(piece.File.DType, piece.File.Elements((long)value * piece.FileBins + from, count), series.AsSpan(0, count));
            for (int bin = 0; bin < count; bin++)
                into[bin * Length + value] = series[bin];
        }
        ArrayPool<float>.Shared.Return(series);
    }
}
