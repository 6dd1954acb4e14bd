using System.Text.Json;
using System.Text.Json.Serialization;
using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>What a cell came to: the scores of its network on the test part, or what went wrong. Kept as <c>cell.json</c> in the cell's folder.</summary>
public sealed record CellResult
{
    /// <summary>The file in a cell's folder.</summary>
    public const string FileName = "cell.json";

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Why there are no scores; null when there are.</summary>
    public string? Error { get; init; }

    /// <summary>Time that training and testing took in all, s.</summary>
    public double Seconds { get; init; }

    /// <summary>Passes over the data.</summary>
    public int Epochs { get; init; }

    /// <summary>Parameters of the network of the first session.</summary>
    public long Parameters { get; init; }

    /// <summary>Names of the units, those of several sessions one after the other.</summary>
    public string[] Units { get; init; } = [];

    /// <summary>The scores, one a unit.</summary>
    public Dictionary<ScoreKind, double[]> Scores { get; init; } = [];

    /// <summary>The mean boxcar correlation of the true expected activity; NaN where nobody knows it.</summary>
    public double CeilingBoxcar { get; init; } = double.NaN;

    /// <summary>Writes the file, whole or not at all.</summary>
    public void Write(string folder)
    {
        string path = Path.Combine(folder, FileName);
        File.WriteAllText(path + ".part", JsonSerializer.Serialize(this, s_json));
        File.Move(path + ".part", path, overwrite: true);
    }

    /// <summary>Reads a cell's result; null where there is none yet.</summary>
    /// <exception cref="DataFileException">The file is damaged.</exception>
    public static CellResult? Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            return JsonSerializer.Deserialize<CellResult>(File.ReadAllText(path), s_json);
        }
        catch (JsonException error)
        {
            throw new DataFileException(path, $"{error.Message}; remove it to have the cell run again", error);
        }
    }
}
