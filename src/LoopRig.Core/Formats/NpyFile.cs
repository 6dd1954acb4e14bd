using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LoopRig.Core;

/// <summary>
/// A NumPy array on disk (.npy, versions 1 to 3; C or Fortran order; little-endian numbers), mapped into memory: opening costs nothing, pages are read
/// as they are touched.
/// </summary>
public sealed unsafe class NpyFile : IDisposable
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _data;
    private readonly long[] _strides;
    private bool _disposed;

    /// <summary>Opens an array.</summary>
    /// <exception cref="DataFileException">There is no such file, it is no NumPy array that is read here, or it ends too early.</exception>
    public NpyFile(string path)
    {
        Path = path;
        FileStream stream;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, File.Exists(path) ? e.Message : "no such file", e);
        }
        using (stream)
        {
            var header = NpyHeader.Read(stream, path);
            (DType, Shape, IsFortranOrder) = (header.DType, header.Shape, header.FortranOrder);
            Count = CountOf(path, Shape);
            var bytes = Count * DType.Size();
            if (stream.Length - header.DataAt < bytes)
            {
                throw new DataFileException(path, $"cut short: {Math.Max(0, stream.Length - header.DataAt)} bytes of data, where shape ({string.Join(", ", Shape)}) of {DType} needs {bytes}");
            }
            _strides = StridesOf(Shape, IsFortranOrder);
            if (bytes == 0)
            {
                return; // an empty file cannot be mapped
            }
            _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            _view = _file.CreateViewAccessor(0, header.DataAt + bytes, MemoryMappedFileAccess.Read);
            byte* start = null;
            _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            _data = start + header.DataAt;
        }
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>The element type; NumPy's bool reads as U8.</summary>
    public DType DType { get; }

    /// <summary>The array's shape, outermost first; empty for a single number.</summary>
    public int[] Shape { get; }

    /// <summary>The first index varies fastest on disk, as MATLAB writes.</summary>
    public bool IsFortranOrder { get; }

    /// <summary>Elements in all.</summary>
    public long Count { get; }

    /// <summary>Length of the first dimension; 1 for a single number.</summary>
    public int Rows => Shape.Length > 0 ? Shape[0] : 1;

    /// <summary>Elements that share a first index.</summary>
    public int RowLength => Rows > 0 ? checked((int)(Count / Rows)) : 0;

    /// <summary>The packed elements in the order of the file.</summary>
    /// <exception cref="OverflowException">More than 2 GiB; read rows.</exception>
    public ReadOnlySpan<byte> Data
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return new ReadOnlySpan<byte>(_data, checked((int)(Count * DType.Size())));
        }
    }

    /// <summary>Packed elements in the order of the file, from a position on: a window on an array of any size.</summary>
    /// <param name="first">The first element, counted in the order of the file.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">They do not all lie in the array.</exception>
    public ReadOnlySpan<byte> Elements(long first, int count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, Count - count);
        var size = DType.Size();
        return new ReadOnlySpan<byte>(_data + first * size, checked(count * size));
    }

    /// <summary>Reads everything with a first index, the later dimensions in C order whatever the file's order is.</summary>
    /// <param name="row">The first index.</param>
    /// <param name="destination">Takes <see cref="RowLength"/> values.</param>
    public void ReadRow(int row, Span<double> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        var length = RowLength;
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, length);
        var size = DType.Size();
        for (var i = 0; i < length; i++)
        {
            destination[i] = DType.ReadAsDouble(new ReadOnlySpan<byte>(_data + Offset(row, i) * size, size), 0);
        }
    }

    /// <summary>The whole array in C order as single precision.</summary>
    public float[] ReadSingles()
    {
        var values = new float[Count];
        if (DType == DType.F32 && (!IsFortranOrder || Shape.Length < 2))
        {
            MemoryMarshal.Cast<byte, float>(Data).CopyTo(values);
            return values;
        }
        var row = new double[RowLength];
        for (var r = 0; r < Rows && Count > 0; r++)
        {
            ReadRow(r, row);
            for (var i = 0; i < row.Length; i++)
            {
                values[(long)r * row.Length + i] = (float)row[i];
            }
        }
        return values;
    }

    /// <summary>The whole array in C order as double precision.</summary>
    public double[] ReadDoubles()
    {
        var values = new double[Count];
        for (var r = 0; r < Rows && Count > 0; r++)
        {
            ReadRow(r, values.AsSpan(r * RowLength, RowLength));
        }
        return values;
    }

    /// <summary>Writes an array in C order (version 1).</summary>
    /// <typeparam name="T">byte, sbyte, short, ushort, int, uint, long, Half, float or double.</typeparam>
    /// <param name="path">Where to; replaced if it exists.</param>
    /// <param name="values">The elements, as many as the shape promises.</param>
    /// <param name="shape">The shape, outermost first.</param>
    public static void Write<T>(string path, ReadOnlySpan<T> values, params ReadOnlySpan<int> shape) where T : unmanaged
    {
        if (CountOf(path, shape) != values.Length)
        {
            throw new ArgumentException($"{values.Length} values are not an array of shape ({string.Join(", ", shape.ToArray())})", nameof(values));
        }
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write);
        stream.Write(NpyHeader.Write(TypeOf<T>(), shape));
        stream.Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Unmaps the file.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }
        _disposed = true;
        _view?.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
        _file?.Dispose();
    }

    private static long CountOf(string path, ReadOnlySpan<int> shape)
    {
        long count = 1;
        foreach (var length in shape)
        {
            count *= length;
            if (count > 1L << 48)
            {
                throw new DataFileException(path, $"a shape of ({string.Join(", ", shape.ToArray())}) cannot be");
            }
        }
        return count;
    }

    private static long[] StridesOf(int[] shape, bool fortranOrder)
    {
        var strides = new long[shape.Length];
        long step = 1;
        for (var i = 0; i < shape.Length; i++)
        {
            var at = fortranOrder ? i : shape.Length - 1 - i;
            strides[at] = step;
            step *= shape[at];
        }
        return strides;
    }

    internal static DType TypeOf<T>() => default(T) switch
    {
        byte => DType.U8,
        sbyte => DType.I8,
        ushort => DType.U16,
        short => DType.I16,
        uint => DType.U32,
        int => DType.I32,
        long => DType.I64,
        Half => DType.F16,
        float => DType.F32,
        double => DType.F64,
        _ => throw new NotSupportedException($"elements of type {typeof(T).Name} have no place in a NumPy file here"),
    };

    // Of element `i`, in C order, of a row: its position in the file, in elements.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long Offset(int row, int i)
    {
        if (Shape.Length == 0)
        {
            return 0;
        }
        var offset = row * _strides[0];
        for (var d = Shape.Length - 1; d > 0; d--)
        {
            offset += i % Shape[d] * _strides[d];
            i /= Shape[d];
        }
        return offset;
    }
}
