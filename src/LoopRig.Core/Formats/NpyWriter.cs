using System.Runtime.InteropServices;

namespace LoopRig.Core;

/// <summary>Writes a NumPy array row by row, for arrays whose number of rows is known at the end only.</summary>
/// <typeparam name="T">As <see cref="NpyFile.Write"/>.</typeparam>
public sealed class NpyWriter<T> : IDisposable where T : unmanaged
{
    private const int HeaderLength = 128;
    private readonly FileStream _stream;
    private readonly int[] _shape;
    private readonly int _rowLength;

    /// <summary>Creates the file.</summary>
    /// <param name="path">Where to; replaced if it exists.</param>
    /// <param name="temporary">The file is deleted when the writer is disposed; what has it open or mapped by then keeps it.</param>
    /// <param name="rowShape">The shape of one row.</param>
    /// <exception cref="DataFileException">It cannot be created.</exception>
    public NpyWriter(string path, bool temporary, params ReadOnlySpan<int> rowShape)
    {
        Path = path;
        _shape = [0, .. rowShape];
        _rowLength = 1;
        foreach (var length in rowShape)
        {
            _rowLength = checked(_rowLength * length);
        }
        try
        {
            _stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, 1 << 16, temporary ? FileOptions.DeleteOnClose : FileOptions.None);
            Finish();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, e.Message, e);
        }
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>Appends rows.</summary>
    /// <exception cref="DataFileException">The disk is full, or fails.</exception>
    public void Append(ReadOnlySpan<T> rows)
    {
        if (rows.Length % _rowLength != 0)
        {
            throw new ArgumentException($"{rows.Length} values are no rows of {_rowLength}", nameof(rows));
        }
        try
        {
            _stream.Write(MemoryMarshal.AsBytes(rows));
        }
        catch (IOException e)
        {
            throw new DataFileException(Path, e.Message, e);
        }
        _shape[0] += rows.Length / _rowLength;
    }

    /// <summary>Makes what was appended so far a whole array that can be read; more may follow.</summary>
    /// <exception cref="DataFileException">The disk is full, or fails.</exception>
    public void Finish()
    {
        try
        {
            _stream.Position = 0;
            _stream.Write(NpyHeader.Write(NpyFile.TypeOf<T>(), _shape, HeaderLength));
            _stream.Flush();
            _stream.Seek(0, SeekOrigin.End);
        }
        catch (IOException e)
        {
            throw new DataFileException(Path, e.Message, e);
        }
    }

    /// <summary>Finishes and closes the file.</summary>
    public void Dispose()
    {
        if (_stream.CanWrite)
        {
            Finish();
        }
        _stream.Dispose();
    }
}
