namespace LoopRig.Torch.Formats;

/// <summary>A file of named arrays, either a safetensors file or a PyTorch checkpoint: told apart by content, not by name.</summary>
public sealed class WeightsFile : IDisposable
{
    private readonly IDisposable _file;

    private WeightsFile(string path, IDisposable file, IReadOnlyDictionary<string, NamedArray> arrays, IReadOnlyDictionary<string, string> metadata)
    {
        Path = path;
        _file = file;
        Arrays = arrays;
        Metadata = metadata;
    }

    /// <summary>The file's path as given.</summary>
    public string Path { get; }

    /// <summary>The arrays by name, in the file's order.</summary>
    public IReadOnlyDictionary<string, NamedArray> Arrays { get; }

    /// <summary>The free text pairs of a safetensors file; empty for a checkpoint.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file; see <see cref="SafetensorsFile.Open"/> and <see cref="CheckpointFile.Open"/>.</summary>
    /// <exception cref="Core.DataFileException">The file is missing, damaged, or of neither format.</exception>
    public static WeightsFile Open(string path)
    {
        if (LooksLikeCheckpoint(path))
        {
            CheckpointFile checkpoint = CheckpointFile.Open(path);
            return new WeightsFile(path, checkpoint, checkpoint.Arrays, new Dictionary<string, string>());
        }
        SafetensorsFile safetensors = SafetensorsFile.Open(path);
        return new WeightsFile(path, safetensors, safetensors.Arrays, safetensors.Metadata);
    }

    /// <summary>Closes the file; its arrays can no longer be read.</summary>
    public void Dispose() => _file.Dispose();

    // A safetensors file starts with a length below 100 MB, so its fourth to eighth byte are 0; a zip starts with PK, a bare pickle with 0x80 and its protocol.
    private static bool LooksLikeCheckpoint(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            int first = file.ReadByte(), second = file.ReadByte(), third = file.ReadByte();
            return first == 'P' && second == 'K' && third is 3 or 5 || first == 0x80 && second is >= 2 and <= 5 && System.IO.Path.GetExtension(path) != ".safetensors";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new Core.DataFileException(path, $"cannot be opened: {error.Message}", error);
        }
    }
}
