using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LoopRig.Core;

/// <summary>What a stream's samples are.</summary>
public enum StreamKind
{
    /// <summary>Pixels (H,W) or (H,W,C).</summary>
    Image,
    /// <summary>A vector of named channels.</summary>
    Vector,
    /// <summary>Recorded activity, one value a unit: spike counts of a bin, or a trace.</summary>
    Activity,
    /// <summary>Predicted activity, one value a unit.</summary>
    Prediction,
    /// <summary>Things that happened, as JSON.</summary>
    Event,
}

/// <summary>
/// What a stream is: published as JSON on the topic <c>NAME/descriptor</c> when a subscriber joins and every second, and stored in the session.
/// </summary>
public sealed record StreamDescriptor
{
    /// <summary>The stream's name, its topic.</summary>
    public required string Name { get; init; }
    /// <summary>What the samples are.</summary>
    public required StreamKind Kind { get; init; }
    /// <summary>The element type.</summary>
    public required DType DType { get; init; }
    /// <summary>The shape of one sample: (H,W), (H,W,C), (channels) or (units).</summary>
    public required int[] Shape { get; init; }
    /// <summary>The unit of each channel, or one for all: <c>deg</c>, <c>cm/s</c>, <c>px</c>, <c>count</c> ...</summary>
    public string[] Units { get; init; } = [];
    /// <summary>The channels' canonical names (see <see cref="BehaviourVariables"/>) or the units' ids; empty for images.</summary>
    public string[] Channels { get; init; } = [];
    /// <summary>The nominal rate in samples per second; 0 when it is irregular. Never used to make up a time.</summary>
    public double RateHz { get; init; }
    /// <summary>The number of the device's clock; 0 is the rig clock.</summary>
    public uint ClockId { get; init; }
    /// <summary>The name of the device's clock.</summary>
    public string Clock { get; init; } = "rig";
    /// <summary>After how long the device's counter starts over at 0, ns on its clock (a counter of 32 bits); 0 for one that does not.</summary>
    public long ClockWrapNs { get; init; }
    /// <summary>Where the samples come from: a device, a file, a program.</summary>
    public string Source { get; init; } = "";
    /// <summary>Of a prediction: the hash of the network that makes it.</summary>
    public string? NetworkHash { get; init; }
    /// <summary>Of activity: the width of the bin that each sample counts, ns, 0 for traces. The device time of a count is the START of its bin.</summary>
    public long BinNs { get; init; }
    /// <summary>
    /// The least time from a sample's device time to its hand-over that the source knows of, ns: a bin's width, a filter's delay, an exposure. The clock's
    /// model takes it off, so that a late hand-over is not taken for a late clock.
    /// </summary>
    public long LatencyNs { get; init; }
    /// <summary>
    /// How much older than its device time a sample's value is, ns: the delay of a causal filter. The sample is there at its time and speaks of the past, so
    /// that this has no part in <see cref="LatencyNs"/> and none in the clock's model.
    /// </summary>
    public long FilterDelayNs { get; init; }

    /// <summary>Elements of one sample.</summary>
    [JsonIgnore]
    public int ElementCount
    {
        get
        {
            var count = 1;
            foreach (var length in Shape)
            {
                count *= length;
            }
            return count;
        }
    }

    /// <summary>Bytes of one sample.</summary>
    [JsonIgnore]
    public int SampleBytes => ElementCount * DType.Size();

    /// <summary>The descriptor as UTF-8 JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, CoreJson.Default.StreamDescriptor);

    /// <summary>Reads a descriptor from UTF-8 JSON.</summary>
    /// <exception cref="LoopRigException">The text is no descriptor, or its values cannot be.</exception>
    public static StreamDescriptor FromJson(ReadOnlySpan<byte> json)
    {
        StreamDescriptor? descriptor;
        try
        {
            descriptor = JsonSerializer.Deserialize(json, CoreJson.Default.StreamDescriptor);
        }
        catch (JsonException e)
        {
            throw new LoopRigException($"not a stream descriptor: {e.Message}: {Encoding.UTF8.GetString(json[..Math.Min(json.Length, 80)])}", e);
        }
        if (descriptor is null || descriptor.DType.Size() == 0 || !Enum.IsDefined(descriptor.Kind) || descriptor.Shape.Length > WireFormat.MaxRank)
        {
            throw new LoopRigException("not a stream descriptor: empty, or kind, dtype or shape out of range");
        }
        WireFormat.Topic(descriptor.Name);
        long bytes = descriptor.DType.Size();
        foreach (var length in descriptor.Shape)
        {
            bytes = length < 0 || bytes > WireFormat.MaxPayload ? long.MaxValue : bytes * length;
            if (bytes > WireFormat.MaxPayload)
            {
                throw new LoopRigException($"stream {descriptor.Name}: a sample of shape ({string.Join(',', descriptor.Shape)}) is larger than a message may be");
            }
        }
        return descriptor;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectNullableAnnotations = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StreamDescriptor))]
internal sealed partial class CoreJson : JsonSerializerContext;
