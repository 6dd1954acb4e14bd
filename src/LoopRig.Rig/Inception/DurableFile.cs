using System.Text.Json;
using System.Text.Json.Serialization;
using LoopRig.Core;

namespace LoopRig.Rig.Inception;

/// <summary>Writes JSON so that after a crash, a kill or a power cut there is the old file or the new one, whole: written beside, synced, renamed.</summary>
internal static class DurableFile
{
    public static JsonSerializerOptions Json { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Writes a value.</summary>
    public static void Write<T>(string path, T value)
    {
        var beside = path + ".part";
        using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(file, value, Json);
            file.Flush(flushToDisk: true);
        }
        File.Move(beside, path, overwrite: true);
    }

    /// <summary>Makes sure that what was written into a folder is on the disk.</summary>
    public static void SyncAll(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
            file.Flush(flushToDisk: true);
        }
    }

    /// <summary>Reads a value back.</summary>
    /// <exception cref="DataFileException">There is no such file, or it is not what <see cref="Write"/> wrote.</exception>
    public static T Read<T>(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), Json) ?? throw new DataFileException(path, "is null");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, File.Exists(path) ? e.Message : "no such file", e);
        }
        catch (JsonException e)
        {
            throw new DataFileException(path, $"cannot be read: {e.Message}", e);
        }
    }
}
