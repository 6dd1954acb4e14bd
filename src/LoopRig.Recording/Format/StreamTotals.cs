using System.Text.Json.Serialization;

namespace LoopRig.Recording;

/// <summary>What was recorded of one stream.</summary>
public sealed record StreamTotals
{
    /// <summary>The stream's name.</summary>
    public required string Name { get; init; }
    /// <summary>Messages.</summary>
    public long Messages { get; init; }
    /// <summary>Messages that are absent between those recorded, by their sequence numbers.</summary>
    public long MissingBySequence { get; init; }
    /// <summary>Host time of the first message, ns on the rig clock.</summary>
    public long FirstNs { get; init; }
    /// <summary>Host time of the last message, ns on the rig clock.</summary>
    public long LastNs { get; init; }
    /// <summary>The longest time between two messages, ns.</summary>
    public long LargestGapNs { get; init; }
    /// <summary>Gaps: longer than five usual intervals and 20 ms, in the device's time and in the host's.</summary>
    public long Gaps { get; init; }
    /// <summary>All gaps together, ns.</summary>
    public long GapNs { get; init; }
    /// <summary>Stretches of one past: 1, and one more each time that the source restarted, came back or looped.</summary>
    public long Epochs { get; init; }
    /// <summary>Messages lost on the way to the loop (wire and ring) or at the source.</summary>
    public long Dropped { get; init; }
    /// <summary>Messages that came after their bin had closed.</summary>
    public long Late { get; init; }
    /// <summary>Bytes of the messages' payloads.</summary>
    public long PayloadBytes { get; init; }

    /// <summary>Messages per second between the first and the last; 0 for fewer than two.</summary>
    [JsonIgnore]
    public double RateHz => LastNs > FirstNs ? (Messages - 1) * 1e9 / (LastNs - FirstNs) : 0;
}
