using System.Globalization;
using System.Text;

namespace LoopRig.Core;

/// <summary>Reads a NumPy array of text (<c>&lt;U10</c>: 32-bit characters, or <c>|S10</c>: bytes), such as the tiers of trials.</summary>
public static class NpyText
{
    private const long MostBytes = 1 << 28;

    /// <summary>All elements, in the order of the file.</summary>
    /// <exception cref="DataFileException">There is no such file, it holds no text, or it ends too early. Pickled objects are not read: that would run code.</exception>
    public static string[] Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            var (code, shape, _, dataAt) = NpyHeader.ReadAny(stream, path);
            var wide = code.StartsWith("<U", StringComparison.Ordinal);
            if ((!wide && !code.StartsWith("|S", StringComparison.Ordinal)) || !int.TryParse(code.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            {
                throw new DataFileException(path, $"elements of type '{code}' are no text; save it with astype(str)");
            }
            var size = (long)length * (wide ? sizeof(uint) : 1);
            long count = 1;
            foreach (var dimension in shape)
            {
                count = Math.Min(count * dimension, MostBytes + 1);
            }
            if (count * Math.Max(size, 1) > MostBytes)
            {
                throw new DataFileException(path, $"{count} texts of {length} characters cannot be");
            }
            var bytes = new byte[count * size];
            stream.Position = dataAt;
            if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            {
                throw new DataFileException(path, "cut short");
            }
            var texts = new string[count];
            var encoding = wide ? Encoding.UTF32 : Encoding.Latin1;
            for (var i = 0; i < texts.Length; i++)
            {
                texts[i] = encoding.GetString(bytes, (int)(i * size), (int)size).TrimEnd('\0');
            }
            return texts;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, File.Exists(path) ? e.Message : "no such file", e);
        }
    }
}
