using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LoopRig.Core.Stimuli;

namespace LoopRig.Simulation.HeadFixed;

/// <summary>What is known about a head-fixed mouse before it is recorded: kept in the session beside the streams of rates.</summary>
public sealed record HeadFixedTruth
{
    /// <summary>The seed of the animal.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Which recording of that animal.</summary>
    public required ulong Session { get; init; }

    /// <summary>Width of a bin of spike counts, ns.</summary>
    public required long BinNs { get; init; }

    /// <summary>How expected counts come about, in words.</summary>
    public required string Model { get; init; }

    /// <summary>The signals that the weights of each unit refer to, each scaled to about zero mean and unit deviation; only the first two move.</summary>
    public required IReadOnlyList<string> BehaviourSignals { get; init; }

    /// <summary>Way of the wheel that is one count of its encoder, cm.</summary>
    public required double CmPerCount { get; init; }

    /// <summary>From a change on the screen until half of a neuron's response to it is there, ms.</summary>
    public required double LatencyMs { get; init; }

    /// <summary>The monitor before it.</summary>
    public required MonitorDescription Monitor { get; init; }

    /// <summary>Rows of the pictures that it saw.</summary>
    public required int Height { get; init; }

    /// <summary>Columns of the pictures that it saw.</summary>
    public required int Width { get; init; }

    /// <summary>The neurons.</summary>
    public required IReadOnlyList<ScreenUnit> Units { get; init; }

    /// <summary>The document as UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, HeadFixedJson.Default.HeadFixedTruth);

    /// <summary>The document as an event of a session: an object of kind <c>ground-truth</c>.</summary>
    public byte[] ToEvent()
    {
        JsonObject document = JsonNode.Parse(ToJson())!.AsObject();
        document.Insert(0, "kind", "ground-truth");
        return Encoding.UTF8.GetBytes(document.ToJsonString());
    }

    /// <summary>Reads a document that <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">The text is no such document.</exception>
    public static HeadFixedTruth FromJson(ReadOnlySpan<byte> json)
        => JsonSerializer.Deserialize(json, HeadFixedJson.Default.HeadFixedTruth) ?? throw new JsonException("The ground truth is empty.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(HeadFixedTruth))]
internal sealed partial class HeadFixedJson : JsonSerializerContext;
