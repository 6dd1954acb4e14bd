using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LoopRig.Core;

/// <summary>
/// The beginning of a NumPy file: magic, version 1 to 3, and a Python dictionary of element type, order and shape
/// (NumPy enhancement proposal 1). Read as text and never evaluated.
/// </summary>
internal sealed partial record NpyHeader(DType DType, int[] Shape, bool FortranOrder, long DataAt)
{
    private const int LongestText = 1 << 16;

    internal static NpyHeader Read(Stream stream, string path)
    {
        var (code, sizes, fortranOrder, dataAt) = ReadAny(stream, path);
        return new NpyHeader(TypeOf(code, path), sizes, fortranOrder, dataAt);
    }

    /// <summary>The same of elements of any type, by NumPy's code of it.</summary>
    internal static (string Code, int[] Shape, bool FortranOrder, long DataAt) ReadAny(Stream stream, string path)
    {
        Span<byte> start = stackalloc byte[12];
        var got = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (got < 10 || !start.StartsWith(Magic))
        {
            throw new DataFileException(path, "not a NumPy file");
        }
        var version = start[6];
        if (version is < 1 or > 3)
        {
            throw new DataFileException(path, $"NumPy file version {version}, of which 1 to 3 are known");
        }
        var textAt = version == 1 ? 10 : 12;
        var length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (length > LongestText)
        {
            throw new DataFileException(path, $"a header of {length} bytes cannot be");
        }
        var text = new byte[length];
        stream.Position = textAt;
        if (stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false) < text.Length)
        {
            throw new DataFileException(path, "ends inside its header");
        }
        var (code, sizes, fortranOrder) = Parse(Encoding.Latin1.GetString(text), path);
        return (code, sizes, fortranOrder, textAt + length);
    }

    /// <summary>The bytes that stand in front of the data, a multiple of 64 as NumPy writes them.</summary>
    /// <param name="type">Of the elements.</param>
    /// <param name="shape">Of the array.</param>
    /// <param name="least">How many bytes there are at least, itself a multiple of 64.</param>
    internal static byte[] Write(DType type, ReadOnlySpan<int> shape, int least = 0)
    {
        var sizes = new StringBuilder();
        foreach (var size in shape)
        {
            sizes.Append(CultureInfo.InvariantCulture, $"{size}, ");
        }
        var list = shape.Length > 1 ? sizes.ToString().TrimEnd(' ', ',') : sizes.ToString().TrimEnd();
        var text = $"{{'descr': '{Code(type)}', 'fortran_order': False, 'shape': ({list}), }}";
        var total = Math.Max(least, (10 + text.Length + 1 + 63) / 64 * 64);
        var bytes = new byte[total];
        bytes.AsSpan().Fill((byte)' ');
        Magic.CopyTo(bytes);
        (bytes[6], bytes[7]) = (1, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(total - 10));
        Encoding.ASCII.GetBytes(text, bytes.AsSpan(10));
        bytes[^1] = (byte)'\n';
        return bytes;
    }

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    private static (string Code, int[] Shape, bool FortranOrder) Parse(string text, string path)
    {
        var type = Descr().Match(text);
        var order = Order().Match(text);
        var shape = Sizes().Match(text);
        if (!type.Success || !order.Success || !shape.Success)
        {
            throw new DataFileException(path, $"its header is not one of a plain array: {text.Trim()}");
        }
        var sizes = shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var lengths = new int[sizes.Length];
        for (var i = 0; i < sizes.Length; i++)
        {
            if (!int.TryParse(sizes[i].TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out lengths[i]))
            {
                throw new DataFileException(path, $"a shape of ({shape.Groups[1].Value}) cannot be");
            }
        }
        return (type.Groups[1].Value, lengths, order.Groups[1].Value == "True");
    }

    private static DType TypeOf(string code, string path) => code switch
    {
        "|u1" or "<u1" or "|b1" => DType.U8,
        "|i1" or "<i1" => DType.I8,
        "<u2" => DType.U16,
        "<i2" => DType.I16,
        "<u4" => DType.U32,
        "<i4" => DType.I32,
        "<i8" => DType.I64,
        "<f2" => DType.F16,
        "<f4" => DType.F32,
        "<f8" => DType.F64,
        _ => throw new DataFileException(path, $"elements of type '{code}' are not read; save it as little-endian float32, float64 or an integer type up to int64"),
    };

    private static string Code(DType type) => type switch
    {
        DType.U8 => "|u1",
        DType.I8 => "|i1",
        DType.U16 => "<u2",
        DType.I16 => "<i2",
        DType.U32 => "<u4",
        DType.I32 => "<i4",
        DType.I64 => "<i8",
        DType.F16 => "<f2",
        DType.F32 => "<f4",
        DType.F64 => "<f8",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    [GeneratedRegex(@"'descr'\s*:\s*'([^']+)'")]
    private static partial Regex Descr();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)")]
    private static partial Regex Order();

    [GeneratedRegex(@"'shape'\s*:\s*\(([0-9L, ]*)\)")]
    private static partial Regex Sizes();
}
