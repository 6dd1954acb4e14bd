using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using LoopRig.Core;

namespace LoopRig.Torch.Formats;

/// <summary>Writes safetensors files that any reader of the format opens: 8-byte aligned data, larger elements first, so that every array is aligned to its
/// element.</summary>
public static class SafetensorsWriter
{
    /// <summary>
    /// Writes arrays and metadata. The file appears under its name only when it is complete; an older one is then replaced.
    /// The bytes depend on the content alone, not on the order given.
    /// </summary>
    /// <param name="path">The file to write; its folder must exist.</param>
    /// <param name="arrays">The arrays, of unique names; each is read once, one at a time in memory.</param>
    /// <param name="metadata">Free text pairs, or null for none.</param>
    /// <exception cref="DataFileException">Two arrays have one name, an array is named __metadata__, or the file cannot be written.</exception>
    public static void Write(string path, IEnumerable<NamedArray> arrays, IReadOnlyDictionary<string, string>? metadata = null)
    {
        NamedArray[] ordered = [.. arrays];
        Array.Sort(ordered, static (a, b) =>
        {
            int bySize = ArrayTypes.Size(b.Type).CompareTo(ArrayTypes.Size(a.Type));
            return bySize != 0 ? bySize : string.CompareOrdinal(a.Name, b.Name);
        });
        CheckNames(path, ordered);
        byte[] header = Header(ordered, metadata);
        string unfinished = path + ".part";
        try
        {
            using (FileStream file = new(unfinished, FileMode.Create, FileAccess.Write))
            {
                Span<byte> length = stackalloc byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
                file.Write(length);
                file.Write(header);
                foreach (NamedArray array in ordered)
                    file.Write(array.ReadBytes());
                file.Flush(flushToDisk: true);
            }
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, $"cannot be written: {error.Message}", error);
        }
    }

    private static void CheckNames(string path, NamedArray[] arrays)
    {
        HashSet<string> names = [];
        foreach (NamedArray array in arrays)
        {
            if (array.Name == "__metadata__") throw new DataFileException(path, $"cannot be written: '__metadata__' is no name for an array");
            if (!names.Add(array.Name)) throw new DataFileException(path, $"cannot be written: two arrays are named '{array.Name}'");
        }
    }

    private static byte[] Header(NamedArray[] arrays, IReadOnlyDictionary<string, string>? metadata)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string text) in metadata.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
                    json.WriteString(key, text);
                json.WriteEndObject();
            }
            long begin = 0;
            foreach (NamedArray array in arrays)
            {
                json.WriteStartObject(array.Name);
                json.WriteString("dtype", ArrayTypes.Name(array.Type));
                json.WriteStartArray("shape");
                foreach (long length in array.Shape)
                    json.WriteNumberValue(length);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(begin);
                json.WriteNumberValue(begin += array.ByteLength);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // Spaces up to the next multiple of 8 align the data that follow; readers of the format allow them.
        byte[] header = new byte[(buffer.WrittenCount + 7) / 8 * 8];
        header.AsSpan().Fill((byte)' ');
        buffer.WrittenSpan.CopyTo(header);
        return header;
    }
}
