namespace LoopRig.Core.Stimuli;

/// <summary>Pictures of sparse noise: on a gray grid so many squares at different places, the first half of them (rounded up) white, the others black.</summary>
public sealed class SparseNoise
{
    private readonly SparseNoiseSource _source;
    private readonly SeededRandom _random;
    private readonly int[] _cells;

    /// <summary>Begins at the first picture.</summary>
    public SparseNoise(SparseNoiseSource source)
    {
        (_source, _random) = (source, new SeededRandom(source.Seed, "sparse noise"));
        _cells = [.. Enumerable.Range(0, source.Rows * source.Columns)];
    }

    /// <summary>Computes the next picture, (Rows, Columns).</summary>
    public void NextInto(Span<byte> pixels)
    {
        pixels.Fill(128);
        for (var i = 0; i < _source.Squares; i++)
        {
            var j = i + _random.Below(_cells.Length - i); // no cell twice
            (_cells[i], _cells[j]) = (_cells[j], _cells[i]);
            pixels[_cells[i]] = i < (_source.Squares + 1) / 2 ? (byte)255 : (byte)0;
        }
    }
}
