using System.Globalization;

namespace LoopRig.Core.Stimuli;

/// <summary>A photometer's readings: CSV of level (0 to 255) and luminance, one reading a line; lines that begin with '#' and a heading are left out.</summary>
public static class PhotometerFile
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="DataFileException">There is no such file, or a line is no reading.</exception>
    public static PhotometerReading[] Read(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, File.Exists(path) ? e.Message : "no such file", e);
        }
        var readings = new List<PhotometerReading>();
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }
            var fields = line.Split([',', ';', '\t', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (fields.Length >= 2 && Parse(fields[0]) is { } level && Parse(fields[1]) is { } luminance)
            {
                if (level is < 0 or > 255)
                {
                    throw new DataFileException(path, FormattableString.Invariant($"line {i + 1}: level {level} is not within 0 to 255"));
                }
                readings.Add(new PhotometerReading(level / 255, luminance));
            }
            else if (readings.Count > 0 || i > 0 && lines.Take(i).Any(l => l.Trim() is { Length: > 0 } text && text[0] != '#'))
            {
                throw new DataFileException(path, $"line {i + 1}: '{line}' is no reading; level and luminance belong here");
            }
        }
        return readings.Count > 0 ? [.. readings] : throw new DataFileException(path, "holds no reading; level and luminance belong on each line");
    }

    private static double? Parse(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;
}
