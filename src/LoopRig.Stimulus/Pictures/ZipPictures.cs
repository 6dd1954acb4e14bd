using System.IO.Compression;
using LoopRig.Core;
using LoopRig.Native.OpenCv;

namespace LoopRig.Stimulus.Pictures;

/// <summary>JPEG pictures in a zip archive.</summary>
internal static class ZipPictures
{
    /// <summary>The names of the pictures, sorted.</summary>
    public static string[] List(string path)
    {
        using var zip = Open(path);
        return [.. zip.Entries.Select(e => e.FullName).Where(IsJpeg).Order(StringComparer.Ordinal)];
    }

    /// <summary>Decodes one, grey.</summary>
    public static Image Read(string path, string entry)
    {
        using var zip = Open(path);
        var found = zip.GetEntry(entry) ?? throw new DataFileException(path, $"holds no {entry}");
        var bytes = new byte[found.Length];
        using (var stream = found.Open())
        {
            stream.ReadExactly(bytes);
        }
        using var decoder = new JpegDecoder();
        var result = decoder.Decode(bytes, new Image(1, 1, 1), out var size);
        if (result == JpegResult.Damaged)
        {
            throw new DataFileException(path, $"{entry} is damaged");
        }
        var image = new Image(size.Width, size.Height, 1);
        return decoder.Decode(bytes, image, out _) == JpegResult.Picture ? image : throw new DataFileException(path, $"{entry} is damaged");
    }

    private static bool IsJpeg(string name) => name.EndsWith(".jpg", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".jpeg", StringComparison.OrdinalIgnoreCase);

    private static ZipArchive Open(string path)
    {
        try
        {
            return ZipFile.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new DataFileException(path, File.Exists(path) ? e.Message : "no such file", e);
        }
    }
}
