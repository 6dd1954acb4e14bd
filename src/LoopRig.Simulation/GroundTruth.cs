using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LoopRig.Simulation.Neurons;

namespace LoopRig.Simulation;

/// <summary>What is known about a simulated recording before it begins: kept in the session beside the streams of rates.</summary>
public sealed record GroundTruth
{
    /// <summary>The seed of the animal and its arena.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Which recording of that animal.</summary>
    public required ulong Session { get; init; }

    /// <summary>Width of a bin of spike counts, ns.</summary>
    public required long BinNs { get; init; }

    /// <summary>How expected counts come about, in words.</summary>
    public required string Model { get; init; }

    /// <summary>The signals that the weights of each unit refer to, each scaled to about zero mean and unit deviation.</summary>
    public required IReadOnlyList<string> BehaviourSignals { get; init; }

    /// <summary>Way of the treadmill that is one count of its encoder, cm.</summary>
    public required double CmPerCount { get; init; }

    /// <summary>The devices with clocks of their own.</summary>
    public required IReadOnlyList<MouseClockOptions> Clocks { get; init; }

    /// <summary>The neurons.</summary>
    public required IReadOnlyList<UnitTruth> Units { get; init; }

    /// <summary>The document as UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, GroundTruthJson.Default.GroundTruth);

    /// <summary>The document as an event of a session: an object of kind <c>ground-truth</c>.</summary>
    public byte[] ToEvent()
    {
        JsonObject document = JsonNode.Parse(ToJson())!.AsObject();
        document.Insert(0, "kind", "ground-truth");
        return Encoding.UTF8.GetBytes(document.ToJsonString());
    }

    /// <summary>Reads a document that <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">The text is no such document.</exception>
    public static GroundTruth FromJson(ReadOnlySpan<byte> json)
        => JsonSerializer.Deserialize(json, GroundTruthJson.Default.GroundTruth) ?? throw new JsonException("The ground truth is empty.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(GroundTruth))]
internal sealed partial class GroundTruthJson : JsonSerializerContext;
