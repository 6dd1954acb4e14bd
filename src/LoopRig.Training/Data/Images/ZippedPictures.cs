using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using LoopRig.Core;
using LoopRig.Native.OpenCv;

namespace LoopRig.Training;

/// <summary>
/// The layout of the macaque V4 set (Cowley et al.): <c>images/images_S.zip</c> of JPEG pictures <c>imageNNNN.jpg</c>, numbered from 1, and
/// <c>responses/responses_S.npy</c> (units, images), mean spike counts; picture n is column n - 1.
/// </summary>
internal static partial class ZippedPictures
{
    /// <summary>Whether a folder has this layout.</summary>
    public static bool Is(string folder) => Directory.Exists(Path.Combine(folder, "images")) && Directory.Exists(Path.Combine(folder, "responses"));

    /// <summary>Names of the sessions, in order.</summary>
    /// <exception cref="DataFileException">The folder holds none, or pictures without responses or the other way round.</exception>
    public static string[] Sessions(string folder)
    {
        string[] images = Names(folder, "images", ".zip"), responses = Names(folder, "responses", ".npy");
        if (images.Except(responses).FirstOrDefault() is { } silent)
            throw new DataFileException(ResponsesOf(folder, silent), $"no such file, but there is {PicturesOf(folder, silent)}");
        if (responses.Except(images).FirstOrDefault() is { } blind)
            throw new DataFileException(PicturesOf(folder, blind), $"no such file, but there is {ResponsesOf(folder, blind)}");
        return images;
    }

    /// <summary>Rows and columns of the first picture of a session.</summary>
    public static (int Width, int Height) PictureSize(string folder, string session)
    {
        string path = PicturesOf(folder, session);
        using ZipArchive archive = OpenArchive(path);
        ZipArchiveEntry first = Ordered(path, archive)[0];
        Image picture = Decode(path, first, Bytes(path, first));
        return (picture.Width, picture.Height);
    }

    /// <summary>Reads one session.</summary>
    /// <param name="folder">The set.</param>
    /// <param name="session">Its session.</param>
    /// <param name="input">The image that the network takes.</param>
    /// <exception cref="DataFileException">A file is absent or damaged, a number is missing, or pictures and responses are not as many.</exception>
    public static ImageRecording Read(string folder, string session, InputSpec input)
    {
        float[][] responses = ReadResponses(ResponsesOf(folder, session));
        string path = PicturesOf(folder, session);
        using ZipArchive archive = OpenArchive(path);
        ZipArchiveEntry[] entries = Ordered(path, archive);
        if (entries.Length != responses.Length)
            throw new DataFileException(path, $"{entries.Length} pictures, but {ResponsesOf(folder, session)} has responses to {responses.Length}");
        var shaper = new PictureShaper(input);
        var pictures = new byte[entries.Length][];
        var identity = new int[entries.Length];
        var seen = new Dictionary<string, int>();
        for (int picture = 0; picture < entries.Length; picture++)
        {
            byte[] bytes = Bytes(path, entries[picture]);
            string hash = Convert.ToHexString(SHA256.HashData(bytes));
            identity[picture] = seen.TryGetValue(hash, out int first) ? first : seen[hash] = picture;
            pictures[picture] = shaper.Shape(Decode(path, entries[picture], bytes));
        }
        return new ImageRecording(session, pictures, identity, [.. Enumerable.Range(0, pictures.Length)], responses);
    }

    private static float[][] ReadResponses(string path)
    {
        using var file = new NpyFile(path);
        if (file.Shape.Length != 2 || file.Count == 0)
            throw new DataFileException(path, $"responses have the shape (units, images), not ({string.Join(", ", file.Shape)})");
        float[] values = file.ReadSingles();
        int units = file.Shape[0], images = file.Shape[1];
        var responses = new float[images][];
        for (int image = 0; image < images; image++)
        {
            responses[image] = new float[units];
            for (int unit = 0; unit < units; unit++)
            {
                float value = values[unit * images + image];
                responses[image][unit] = float.IsInfinity(value) ? throw new DataFileException(path, $"the response of unit {unit} to image {image + 1} is infinite") : value;
            }
        }
        return responses;
    }

    private static Image Decode(string path, ZipArchiveEntry entry, byte[] bytes)
    {
        try
        {
            return Imaging.Decode(bytes);
        }
        catch (DeviceException error)
        {
            throw new DataFileException(path, $"{entry.FullName} is no picture: {error.Message}", error);
        }
    }

    private static byte[] Bytes(string path, ZipArchiveEntry entry)
    {
        try
        {
            using Stream stream = entry.Open();
            var bytes = new byte[entry.Length];
            stream.ReadExactly(bytes);
            // The decoder would fill in grey where bytes are damaged.
            return Crc32.Compute(bytes) == entry.Crc32 ? bytes : throw new InvalidDataException("its bytes do not have its checksum");
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            throw new DataFileException(path, $"{entry.FullName} cannot be read: {error.Message}", error);
        }
    }

    private static ZipArchive OpenArchive(string path)
    {
        try
        {
            return ZipFile.OpenRead(path);
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, File.Exists(path) ? $"the archive cannot be read: {error.Message}" : "no such file", error);
        }
    }

    // Archives keep pictures in any order; the number alone says which column one is.
    private static ZipArchiveEntry[] Ordered(string path, ZipArchive archive)
    {
        var byNumber = new SortedDictionary<int, ZipArchiveEntry>();
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            Match match = PictureName().Match(entry.Name);
            if (match.Success && !byNumber.TryAdd(int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), entry))
                throw new DataFileException(path, $"there are two pictures {entry.Name}");
        }
        if (byNumber.Count == 0)
            throw new DataFileException(path, "no picture imageNNNN.jpg in it");
        int expected = 1;
        foreach (int number in byNumber.Keys)
        {
            if (number != expected++)
                throw new DataFileException(path, $"pictures are numbered from 1 without a gap, but image {expected - 1} is missing");
        }
        return [.. byNumber.Values];
    }

    private static string[] Names(string folder, string kind, string ending)
    {
        string prefix = kind + "_";
        string[] names = [.. Directory.GetFiles(Path.Combine(folder, kind), prefix + "*" + ending).Select(path => Path.GetFileNameWithoutExtension(path)[prefix.Length..])];
        if (names.Length == 0)
            throw new DataFileException(Path.Combine(folder, kind), $"no {prefix}SESSION{ending} in it");
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    private static string PicturesOf(string folder, string session) => Path.Combine(folder, "images", $"images_{session}.zip");

    private static string ResponsesOf(string folder, string session) => Path.Combine(folder, "responses", $"responses_{session}.npy");

    [GeneratedRegex(@"^image(\d{1,8})\.jpe?g$", RegexOptions.IgnoreCase)]
    private static partial Regex PictureName();
}
