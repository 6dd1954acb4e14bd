using System.Globalization;
using System.Text.Json.Nodes;
using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>tests.jsonl in a run's folder: a line each time that its networks meet test data, and a line for what training's own test came to.</summary>
public static class TestLog
{
    /// <summary>The file's name.</summary>
    public const string Name = "tests.jsonl";

    /// <summary>Adds a line; time and version come first.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="what">"opened" or "result".</param>
    /// <param name="more">What else the line says.</param>
    /// <exception cref="DataFileException">It cannot be written.</exception>
    public static void Append(string folder, string what, IEnumerable<KeyValuePair<string, JsonNode?>> more)
    {
        string path = Path.Combine(folder, Name);
        var line = new JsonObject { ["time"] = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture), ["what"] = what, ["looprig"] = RunRecord.Version };
        foreach ((string key, JsonNode? value) in more)
            line[key] = value?.DeepClone();
        try
        {
            File.AppendAllText(path, line.ToJsonString() + "\n");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, $"the test data stay closed, for their opening cannot be logged: {error.Message}", error);
        }
    }
}
