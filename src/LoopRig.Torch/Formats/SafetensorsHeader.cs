using System.Buffers.Binary;
using System.Text.Json;
using LoopRig.Core;
using Microsoft.Win32.SafeHandles;

namespace LoopRig.Torch.Formats;

/// <summary>The checked header of a safetensors file. Nothing is allocated by a length from the file before that length is checked.</summary>
internal sealed class SafetensorsHeader
{
    /// <summary>The reference reader refuses headers above 100 MB; so does this one.</summary>
    internal const long MaxHeaderLength = 100_000_000;

    private const int MaxRank = 64;

    private readonly string _path;
    private readonly List<SafetensorsEntry> _entries = [];
    private readonly Dictionary<string, string> _metadata = [];

    private SafetensorsHeader(string path, long dataStart)
    {
        _path = path;
        DataStart = dataStart;
    }

    internal IReadOnlyList<SafetensorsEntry> Entries => _entries;

    internal IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>The position in the file of the first array's first byte.</summary>
    internal long DataStart { get; }

    internal static SafetensorsHeader Read(string path, SafeFileHandle handle)
    {
        long fileLength = RandomAccess.GetLength(handle);
        if (fileLength < 8) throw new DataFileException(path, $"is not a safetensors file: {fileLength} bytes, the header's length alone takes 8");
        Span<byte> prefix = stackalloc byte[8];
        ReadExactly(path, handle, prefix, 0);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > MaxHeaderLength)
            throw new DataFileException(path, $"is not a safetensors file: it declares a header of {headerLength} bytes, the limit is {MaxHeaderLength}");
        if ((long)headerLength > fileLength - 8)
            throw new DataFileException(path, $"is cut short: it declares a header of {headerLength} bytes and {fileLength - 8} follow");
        byte[] json = new byte[headerLength];
        ReadExactly(path, handle, json, 8);
        SafetensorsHeader header = new(path, 8 + (long)headerLength);
        try
        {
            header.Parse(json);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new DataFileException(path, $"is not a safetensors file: its header is not the expected JSON: {error.Message}", error);
        }
        header.CheckOffsets(fileLength - header.DataStart);
        return header;
    }

    private void Parse(byte[] json)
    {
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 8 });
        Expect(ref reader, JsonTokenType.StartObject, "the header");
        HashSet<string> names = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!names.Add(name)) throw new DataFileException(_path, $"names '{name}' twice");
            if (name == "__metadata__") ReadMetadata(ref reader);
            else _entries.Add(ReadEntry(ref reader, name));
        }
        // The reader itself throws on anything but white space behind the closing brace.
        while (reader.Read())
        {
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject, "__metadata__");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            Expect(ref reader, JsonTokenType.String, $"metadata '{key}'");
            if (!_metadata.TryAdd(key, reader.GetString()!)) throw new DataFileException(_path, $"has the metadata '{key}' twice");
        }
    }

    private SafetensorsEntry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        string where = $"array '{name}'";
        string? type = null;
        long[]? shape = null, offsets = null;
        Expect(ref reader, JsonTokenType.StartObject, where);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            bool repeated = false;
            switch (key)
            {
                case "dtype":
                    repeated = type is not null;
                    Expect(ref reader, JsonTokenType.String, $"dtype of {where}");
                    type = reader.GetString();
                    break;
                case "shape":
                    repeated = shape is not null;
                    shape = ReadNumbers(ref reader, $"shape of {where}");
                    break;
                case "data_offsets":
                    repeated = offsets is not null;
                    offsets = ReadNumbers(ref reader, $"data_offsets of {where}");
                    break;
                default:
                    throw new DataFileException(_path, $"{where}: unknown key '{key}'");
            }
            if (repeated) throw new DataFileException(_path, $"{where}: '{key}' is given twice");
        }
        if (type is null || shape is null || offsets is null)
            throw new DataFileException(_path, $"{where}: dtype, shape and data_offsets are all needed");
        if (!ArrayTypes.TryParse(type, out ArrayType parsed)) throw new DataFileException(_path, $"{where}: the type '{type}' is not supported");
        if (offsets.Length != 2 || offsets[0] > offsets[1])
            throw new DataFileException(_path, $"{where}: data_offsets [{string.Join(", ", offsets)}] are not a begin and an end");
        long expected = ArrayTypes.ByteLength(parsed, shape);
        if (expected != offsets[1] - offsets[0])
            throw new DataFileException(_path, $"{where}: {type} {NamedArray.ShapeText(shape)} takes {(expected < 0 ? "more than 2^63" : expected)} bytes, "
                + $"its offsets hold {offsets[1] - offsets[0]}");
        return new SafetensorsEntry(name, parsed, shape, offsets[0], offsets[1]);
    }

    private long[] ReadNumbers(ref Utf8JsonReader reader, string where)
    {
        Expect(ref reader, JsonTokenType.StartArray, where);
        List<long> numbers = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
        {
            if (!reader.TryGetInt64(out long number) || number < 0) throw new DataFileException(_path, $"{where}: a length or offset is not a natural number");
            if (numbers.Count == MaxRank) throw new DataFileException(_path, $"{where}: more than {MaxRank} numbers");
            numbers.Add(number);
        }
        if (reader.TokenType != JsonTokenType.EndArray) throw new DataFileException(_path, $"{where}: only numbers are expected");
        return [.. numbers];
    }

    /// <summary>The arrays must tile the rest of the file: no overlap, no hole, nothing left over (as the reference reader requires).</summary>
    private void CheckOffsets(long dataLength)
    {
        List<SafetensorsEntry> byBegin = [.. _entries];
        byBegin.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        long end = 0;
        string previous = "the header";
        foreach (SafetensorsEntry entry in byBegin)
        {
            if (entry.Begin < end) throw new DataFileException(_path, $"array '{entry.Name}' overlaps '{previous}'");
            if (entry.Begin > end) throw new DataFileException(_path, $"{entry.Begin - end} unnamed bytes between '{previous}' and array '{entry.Name}'");
            if (entry.End > dataLength)
                throw new DataFileException(_path, $"is cut short: array '{entry.Name}' ends at byte {entry.End} of the data, which is {dataLength} bytes long");
            end = entry.End;
            previous = entry.Name;
        }
        if (end != dataLength) throw new DataFileException(_path, $"{dataLength - end} bytes follow the last array '{previous}'");
    }

    private void Expect(ref Utf8JsonReader reader, JsonTokenType type, string where)
    {
        if (!reader.Read() || reader.TokenType != type) throw new DataFileException(_path, $"{where}: {type} expected, {reader.TokenType} found");
    }

    private static void ReadExactly(string path, SafeFileHandle handle, Span<byte> destination, long position)
    {
        while (!destination.IsEmpty)
        {
            int read = RandomAccess.Read(handle, destination, position);
            if (read == 0) throw new DataFileException(path, $"ends within its header");
            destination = destination[read..];
            position += read;
        }
    }
}
