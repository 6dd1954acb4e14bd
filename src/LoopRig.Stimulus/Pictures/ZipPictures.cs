using System.IO.Compression;
using LoopRig.Core;
using LoopRig.Native.OpenCv;

namespace LoopRig.Stimulus.Pictures;

/// <summary>Pictures in a zip archive.</summary>
internal static class ZipPictures
{
    /// <summary>The names of the pictures, sorted.</summary>
    public static string[] List(string path)
    {
        using var zip = Open(path);
        return [.. zip.Entries.Select(e => e.FullName).Where(PictureFiles.IsImage).Order(StringComparer.Ordinal)];
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
        try
        {
            return Imaging.Decode(bytes, grey: true);
        }
        catch (DeviceException e)
        {
            throw new DataFileException(path, $"{entry} is no picture: {e.Message}", e);
        }
    }

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
