using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoopRig.Recording;

/// <summary>The content of <c>session.json</c>: written when the session starts and again when it ends, each time by an atomic rename.</summary>
public sealed record SessionInfo
{
    /// <summary>The session format, 1.</summary>
    public int Format { get; init; } = RecordFormat.Version;
    /// <summary>The session's id, also in each segment.</summary>
    public Guid Id { get; init; } = Guid.NewGuid();
    /// <summary>How it stands.</summary>
    public SessionState State { get; init; }
    /// <summary>When it began, wall clock.</summary>
    public DateTime StartedUtc { get; init; }
    /// <summary>The same moment, ns on the rig clock.</summary>
    public long StartedNs { get; init; }
    /// <summary>When it ended, ns on the rig clock.</summary>
    public long? EndedNs { get; init; }
    /// <summary>The animal.</summary>
    public Subject Subject { get; init; } = new();
    /// <summary>The rig's configuration as it ran.</summary>
    public JsonElement? RigConfig { get; init; }
    /// <summary>Versions of the program and of the libraries in use, by name.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();
    /// <summary>The hash of the network that the session started with.</summary>
    public string? NetworkHash { get; init; }
    /// <summary>The streams that the bins draw from, in the order of <see cref="RecordedBin.Streams"/>.</summary>
    public IReadOnlyList<string> InputStreams { get; init; } = [];
    /// <summary>The stream of the predictions.</summary>
    public string? PredictionStream { get; init; }
    /// <summary>The stream whose pulses tied the other clocks to its own; null where there were none.</summary>
    public string? SyncReference { get; init; }
    /// <summary>The clock models as they stood last.</summary>
    public IReadOnlyList<ClockEntry> Clocks { get; init; } = [];
    /// <summary>What the log holds; absent until the session is closed.</summary>
    public SessionTotals? Totals { get; init; }
    /// <summary>What went wrong, when the session ended with a fault.</summary>
    public string? Fault { get; init; }
    /// <summary>What recovery found to be lost.</summary>
    public IReadOnlyList<LogGap>? Gaps { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SessionInfo))]
internal sealed partial class SessionJson : JsonSerializerContext;
