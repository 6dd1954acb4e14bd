using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoopRig.Core.Stimuli;

/// <summary>
/// A set of stimuli that were synthesised or chosen for units of a network, and their controls: a JSON file that names network, preset and seed, beside a
/// NumPy array of the frames (items, H, W) or (items, T, H, W), uint8 or from 0 black to 1 white.
/// </summary>
public sealed record MeiSet
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The network that the stimuli were made for, by its hash.</summary>
    public required string NetworkHash { get; init; }

    /// <summary>How they were made.</summary>
    public required string Preset { get; init; }

    /// <summary>The seed they were made with.</summary>
    public int Seed { get; init; }

    /// <summary>The array of frames, relative to the set's file.</summary>
    public required string Frames { get; init; }

    /// <summary>Of movies: frames a second; 0 for images.</summary>
    public double RateHz { get; init; }

    /// <summary>What each entry of the array is.</summary>
    public required MeiSetItem[] Items { get; init; }

    /// <summary>Where the array is.</summary>
    [JsonIgnore]
    public string FramesPath { get; private init; } = "";

    /// <summary>Reads a set.</summary>
    /// <exception cref="DataFileException">There is no such file, or it is no set.</exception>
    public static MeiSet Load(string path)
    {
        try
        {
            var set = JsonSerializer.Deserialize<MeiSet>(File.ReadAllBytes(path), s_json) ?? throw new DataFileException(path, "is null, not a set of stimuli");
            return set with { FramesPath = Path.GetFullPath(set.Frames, Path.GetDirectoryName(Path.GetFullPath(path))!) };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, File.Exists(path) ? e.Message : "no such file", e);
        }
        catch (JsonException e)
        {
            throw new DataFileException(path, $"is no set of stimuli: {e.Message}", e);
        }
    }

    /// <summary>Writes the set; its array is written by the caller.</summary>
    public void Save(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, s_json) + "\n");
}
