using LoopRig.Core;
using Microsoft.Win32.SafeHandles;

namespace LoopRig.Torch.Formats;

/// <summary>
/// A safetensors file, opened for reading: an 8-byte little-endian length, a JSON header of that length, then the arrays' bytes.
/// Layout and rules: huggingface/safetensors README ("Format"). Everything in the header is checked when the file is opened.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    private SafetensorsFile(string path, SafeFileHandle handle, SafetensorsHeader header)
    {
        Path = path;
        _handle = handle;
        Metadata = header.Metadata;
        Dictionary<string, NamedArray> arrays = new(header.Entries.Count);
        foreach (SafetensorsEntry entry in header.Entries)
            arrays.Add(entry.Name, new SafetensorsArray(path, handle, entry, header.DataStart));
        Arrays = arrays;
    }

    /// <summary>The file's path as given.</summary>
    public string Path { get; }

    /// <summary>The arrays by name, in the header's order.</summary>
    public IReadOnlyDictionary<string, NamedArray> Arrays { get; }

    /// <summary>The free text pairs of the header; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its header: types, shapes, offsets without overlap or hole, unique names, length.</summary>
    /// <exception cref="DataFileException">The file is missing, unreadable, cut short, or not a well-formed safetensors file; file and array are
    /// named.</exception>
    public static SafetensorsFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path);
            SafetensorsHeader header = SafetensorsHeader.Read(path, handle);
            return new SafetensorsFile(path, handle, header);
        }
        catch (Exception error)
        {
            handle?.Dispose();
            if (error is IOException or UnauthorizedAccessException)
                throw new DataFileException(path, $"cannot be opened: {error.Message}", error);
            throw;
        }
    }

    /// <summary>Closes the file; its arrays can no longer be read.</summary>
    public void Dispose() => _handle.Dispose();
}
