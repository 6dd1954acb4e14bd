using System.Text.Json.Serialization;

namespace LoopRig.Rig.Configuration;

/// <summary>One rig: the animal, its sources, its network and how the loop runs. Read once at start; nothing reads configuration afterwards.</summary>
public sealed record RigConfig
{
    /// <summary>The JSON schema that an editor completes and checks by; the rig itself ignores it.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>What this rig is, for the person who opens the file.</summary>
    public string Description { get; init; } = "";

    /// <summary>The animal.</summary>
    public required SubjectConfig Subject { get; init; }

    /// <summary>Where and how the session is recorded.</summary>
    public SessionConfig Session { get; init; } = new();

    /// <summary>How the parts reach each other.</summary>
    public TransportConfig Transport { get; init; } = new();

    /// <summary>The sources of streams, one entry a device or file.</summary>
    [Items(1, 64)]
    public required AdapterConfig[] Adapters { get; init; }

    /// <summary>Pulses that several devices see; absent: each device's clock is found by when its messages arrive.</summary>
    public SyncConfig? Sync { get; init; }

    /// <summary>How streams become bins.</summary>
    public AlignerConfig Aligner { get; init; } = new();

    /// <summary>The network that predicts; absent: the rig only records.</summary>
    public NetworkConfig? Network { get; init; }

    /// <summary>When a prediction must be out, and what goes out when it is not.</summary>
    public PredictionConfig Prediction { get; init; } = new();

    /// <summary>What turns predictions into stimuli; absent: nothing does.</summary>
    public ControllerConfig? Controller { get; init; }

    /// <summary>What the operating system is asked for, for the loop's sake.</summary>
    public RealTimeConfig RealTime { get; init; } = new();

    /// <summary>The file that the configuration came from, as the user gave it.</summary>
    [JsonIgnore]
    public string File { get; internal set; } = "";
}
