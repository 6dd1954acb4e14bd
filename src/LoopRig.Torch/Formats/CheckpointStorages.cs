using System.IO.Compression;
using LoopRig.Core;

namespace LoopRig.Torch.Formats;

/// <summary>The zip around a checkpoint. Its sizes are checked before anything is read, so a crafted archive cannot fill the memory.</summary>
internal sealed class CheckpointStorages : IDisposable
{
    // torch.save stores entries as they are; a re-packed archive may deflate them. Weights never shrink a hundredfold.
    private const long MaxCompression = 100;
    private const long MaxPickleLength = 256L << 20;

    private readonly string _path;
    private readonly ZipArchive _zip;
    private readonly string _root;

    private CheckpointStorages(string path, ZipArchive zip, string root)
    {
        _path = path;
        _zip = zip;
        _root = root;
    }

    internal static CheckpointStorages Open(string path)
    {
        FileStream? file = null;
        ZipArchive? zip = null;
        try
        {
            file = File.OpenRead(path);
            CheckStart(path, file);
            zip = new ZipArchive(file, ZipArchiveMode.Read);
            string root = CheckEntries(path, zip, file.Length);
            return new CheckpointStorages(path, zip, root);
        }
        catch (Exception error)
        {
            zip?.Dispose();
            file?.Dispose();
            if (error is InvalidDataException) throw new DataFileException(path, $"is damaged or cut short: {error.Message}", error);
            if (error is IOException or UnauthorizedAccessException) throw new DataFileException(path, $"cannot be opened: {error.Message}", error);
            throw;
        }
    }

    /// <summary>The pickle that describes the tensors.</summary>
    internal byte[] ReadPickle()
    {
        ZipArchiveEntry entry = _zip.GetEntry(_root + "data.pkl")!;
        if (entry.Length > MaxPickleLength) throw new DataFileException(_path, $"data.pkl takes {entry.Length} bytes, the limit is {MaxPickleLength}");
        byte[] pickle = new byte[entry.Length];
        ReadEntry(entry, 0, pickle);
        return pickle;
    }

    /// <summary>Reads for tensor <paramref name="name"/> a stretch of a storage; <paramref name="position"/> counts bytes from its begin.</summary>
    internal void Read(string name, PickledStorage storage, long position, Span<byte> destination)
    {
        ZipArchiveEntry entry = _zip.GetEntry($"{_root}data/{storage.Key}")
            ?? throw new DataFileException(_path, $"is damaged: tensor '{name}' needs storage {storage.Key}, which is not in the archive");
        long expected = storage.Elements * ArrayTypes.Size(storage.Type);
        if (entry.Length != expected)
            throw new DataFileException(_path, $"is damaged: tensor '{name}' needs storage {storage.Key} with {expected} bytes, it holds {entry.Length}");
        ReadEntry(entry, position, destination);
    }

    public void Dispose() => _zip.Dispose();

    private void ReadEntry(ZipArchiveEntry entry, long position, Span<byte> destination)
    {
        try
        {
            using Stream stream = entry.Open();
            Span<byte> skipped = stackalloc byte[4096];
            while (position > 0)
            {
                int step = (int)Math.Min(position, skipped.Length);
                stream.ReadExactly(skipped[..step]);
                position -= step;
            }
            stream.ReadExactly(destination);
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            throw new DataFileException(_path, $"is damaged: entry '{entry.FullName}': {error.Message}", error);
        }
    }

    private static void CheckStart(string path, FileStream file)
    {
        Span<byte> start = stackalloc byte[4];
        int read = file.ReadAtLeast(start, 4, throwOnEndOfStream: false);
        file.Position = 0;
        if (read >= 2 && start[0] == 0x80)
            throw new DataFileException(path, $"is a bare pickle, as PyTorch before 1.6 wrote it; save it again with a later PyTorch (torch.save(torch.load(...), ...))");
        if (read < 4 || !start.SequenceEqual("PK\x03\x04"u8))
            throw new DataFileException(path, $"is not a PyTorch checkpoint (it does not start as a zip archive)");
    }

    /// <summary>Finds the folder that holds data.pkl and checks what the archive declares.</summary>
    private static string CheckEntries(string path, ZipArchive zip, long fileLength)
    {
        string? root = null;
        bool script = false;
        long compressed = 0;
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            compressed += entry.CompressedLength;
            if (compressed > fileLength) throw new DataFileException(path, $"is refused: its entries overlap");
            if (entry.Length / MaxCompression > entry.CompressedLength)
                throw new DataFileException(path, $"is refused: entry '{entry.FullName}' grows from {entry.CompressedLength} to {entry.Length} bytes");
            if (entry.Name == "constants.pkl") script = true;
            if (entry.Name == "data.pkl" && entry.FullName.Split('/').Length <= 2) root = entry.FullName[..^"data.pkl".Length];
        }
        if (script) throw new DataFileException(path, $"is a TorchScript module, not a state dict");
        if (root is null) throw new DataFileException(path, $"is not a PyTorch checkpoint: the archive has no data.pkl");
        if (zip.GetEntry(root + "byteorder") is ZipArchiveEntry order && ReadText(order) == "big")
            throw new DataFileException(path, $"was written on a big-endian machine, which is not supported");
        return root;
    }

    private static string ReadText(ZipArchiveEntry entry)
    {
        if (entry.Length > 16) return "";
        using StreamReader reader = new(entry.Open());
        return reader.ReadToEnd().Trim();
    }
}
