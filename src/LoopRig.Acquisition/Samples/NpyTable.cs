using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>A NumPy array (rows) or (rows, columns).</summary>
internal sealed class NpyTable : ISampleTable
{
    private readonly NpyFile _file;

    internal NpyTable(string path)
    {
        _file = new NpyFile(path);
        if (_file.Shape.Length is 1 or 2 && _file.Count > 0) return;
        string shape = string.Join(", ", _file.Shape);
        _file.Dispose();
        throw new DataFileException(path, $"an array of shape ({shape}), where (samples) or (samples, columns) is wanted");
    }

    public int Rows => _file.Rows;

    public int Columns => _file.RowLength;

    public IReadOnlyList<string> Names => [];

    public void ReadRow(int row, Span<double> destination) => _file.ReadRow(row, destination);

    public void Dispose() => _file.Dispose();
}
