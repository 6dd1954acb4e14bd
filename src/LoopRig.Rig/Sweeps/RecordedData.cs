using System.Text.Json;
using System.Text.Json.Nodes;
using LoopRig.Core;
using LoopRig.Training;

namespace LoopRig.Rig.Sweeps;

/// <summary>Recorded responses, however a user names them: a data or training config, a session's folder, or the folder of a training run.</summary>
internal static class RecordedData
{
    private static readonly JsonDocumentOptions s_commented = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false };

    /// <summary>Reads the config; simulated sessions that are not there yet are recorded.</summary>
    /// <exception cref="RigConfigException">It is no such thing.</exception>
    public static DataConfig Load(string path, CancellationToken stop)
    {
        path = Path.GetFullPath(path);
        if (Directory.Exists(path))
        {
            if (!File.Exists(Path.Combine(path, "config.json")))
            {
                return new SessionsConfig { Folder = path };
            }
            path = Path.Combine(path, "config.json");
        }
        JsonObject json;
        try
        {
            json = JsonNode.Parse(File.ReadAllText(path), documentOptions: s_commented) as JsonObject ?? throw new RigConfigException(path, "DATA", "is no object");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new RigConfigException(path, "DATA", e.Message);
        }
        var data = json["data"] as JsonObject ?? json;
        SimulatedSessions.Record(SimulatedSessions.Resolve(data, path), Environment.ProcessorCount, stop);
        return ConfigJson.Read<DataConfig>(data.ToJsonString(), path).WithPaths(name => ConfigJson.Absolute(name, path));
    }
}
