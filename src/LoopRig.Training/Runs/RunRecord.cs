using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using LoopRig.Torch;

namespace LoopRig.Training;

/// <summary>What run.json says of where a run comes from.</summary>
internal static class RunRecord
{
    /// <summary>This program's version, with the commit that it was built from behind a plus sign.</summary>
    internal static string Version { get; } = typeof(RunRecord).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>When a run went on from a checkpoint, and with what.</summary>
    internal static JsonObject Resumption() => new()
    {
        ["time"] = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture),
        ["looprig"] = Version,
        ["libtorch"] = LibTorch.Version.ToString(),
        ["threads"] = LibTorch.NumThreads,
    };

    internal static JsonObject New(TrainConfig config, IReadOnlyList<string> sessions)
    {
        string[] parts = Version.Split('+', 2);
        return new JsonObject
        {
            ["looprig"] = parts[0],
            ["git"] = parts.Length > 1 ? parts[1] : "unknown",
            ["libtorch"] = LibTorch.Version.ToString(),
            ["dotnet"] = RuntimeInformation.FrameworkDescription,
            ["system"] = RuntimeInformation.OSDescription,
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString(),
            ["processors"] = Environment.ProcessorCount,
            ["machine"] = Environment.MachineName,
            ["threads"] = LibTorch.NumThreads,
            ["device"] = config.Device.ToString(),
            ["seed"] = config.Seed,
            ["sessions"] = new JsonArray([.. sessions.Select(static session => (JsonNode)session)]),
            ["started"] = DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture),
            ["resumed"] = new JsonArray(),
        };
    }
}
