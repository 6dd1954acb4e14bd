using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>
/// Collects a session's images in half precision: in memory, and when they become too many in a temporary file that is mapped, of which the system keeps in
/// memory what there is room for.
/// </summary>
internal sealed class FrameStore(int length, long mostBytes)
{
    private readonly List<Half[]> _rows = [];
    private NpyWriter<Half>? _file;
    private int _count;

    /// <summary>Takes one more image.</summary>
    /// <exception cref="DataFileException">The temporary file cannot be written.</exception>
    public void Add(float[] values)
    {
        Half[] row = Array.ConvertAll(values, static value => (Half)value);
        _count++;
        if (_file is null && (long)_count * length * 2 > mostBytes)
        {
            _file = new NpyWriter<Half>(Path.Combine(Path.GetTempPath(), $"looprig-frames-{Guid.NewGuid():N}.npy"), temporary: true, length);
            foreach (Half[] earlier in _rows)
                _file.Append(earlier);
            _rows.Clear();
        }
        if (_file is null)
            _rows.Add(row);
        else
            _file.Append(row);
    }

    /// <summary>Ends collecting and gives the images; the temporary file goes with them.</summary>
    public IBinValues Close()
    {
        if (_file is null)
            return new HalfRows([.. _rows], length);
        _file.Finish();
        var mapped = new NpyFile(_file.Path);
        _file.Dispose();
        return new MappedRows([new MappedPiece(mapped, 0, _count)], length);
    }
}
