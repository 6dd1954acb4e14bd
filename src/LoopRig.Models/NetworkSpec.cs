using System.Text.Json;
using System.Text.Json.Serialization;
using LoopRig.Core;
using LoopRig.Models.Backbones;
using LoopRig.Models.Foundation;
using LoopRig.Models.Images;
using LoopRig.Models.Sensorium;
using LoopRig.Models.Xu;

namespace LoopRig.Models;

/// <summary>
/// Everything about a network but its weights: sizes, what its inputs are and how they are normalised, its units. Stored as JSON in the metadata
/// of the network's file, so that the file alone rebuilds the network.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(XuSpec), XuSpec.KindName)]
[JsonDerivedType(typeof(Sensorium2022Spec), Sensorium2022Spec.KindName)]
[JsonDerivedType(typeof(FoundationSpec), FoundationSpec.KindName)]
[JsonDerivedType(typeof(AutoencoderSpec), AutoencoderSpec.KindName)]
[JsonDerivedType(typeof(ResNet18Spec), ResNet18Spec.KindName)]
[JsonDerivedType(typeof(EfficientNetB0Spec), EfficientNetB0Spec.KindName)]
[JsonDerivedType(typeof(ImagesSpec), ImagesSpec.KindName)]
[JsonDerivedType(typeof(LinearSpec), LinearSpec.KindName)]
public abstract record NetworkSpec
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        IgnoreReadOnlyProperties = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>What kind of network this is, as "xu-2023".</summary>
    [JsonIgnore]
    public abstract string Kind { get; }

    /// <summary>The inputs in the order in which the network takes them.</summary>
    public required InputSpec[] Inputs { get; init; }

    /// <summary>One name a unit, in the order of the outputs.</summary>
    public required string[] UnitIds { get; init; }

    /// <summary>How many bins after its newest input bin the predicted activity lies; 0 is the same bin.</summary>
    public int OutputDelayBins { get; init; }

    /// <summary>What training minimises.</summary>
    [JsonIgnore]
    public virtual ResponseLoss Loss => ResponseLoss.Poisson;

    /// <summary>[U] by which squared errors are divided, so that every unit counts alike; null: by nothing.</summary>
    [JsonIgnore]
    public virtual float[]? LossScales => null;

    /// <summary>The same with statistics of the responses that are to be fitted, where the network wants them.</summary>
    /// <param name="means">[U].</param>
    /// <param name="deviations">[U], positive.</param>
    public virtual NetworkSpec WithResponses(float[] means, float[] deviations) => this;

    /// <summary>Number of units.</summary>
    [JsonIgnore]
    public int Units => UnitIds.Length;

    /// <summary>The spec as one line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    /// <summary>Reads a spec.</summary>
    /// <param name="json">What <see cref="ToJson"/> wrote.</param>
    /// <param name="source">What it is called in an error: a file's path.</param>
    /// <exception cref="NetworkException">Not JSON, an unknown kind or key, or values that make no network.</exception>
    public static NetworkSpec FromJson(string json, string source)
    {
        try
        {
            NetworkSpec spec = JsonSerializer.Deserialize<NetworkSpec>(json, s_json) ?? throw new NetworkException($"{source}: the network's spec is null");
            spec.Validate();
            return spec;
        }
        catch (NetworkException error) when (!error.Message.Contains(source, StringComparison.Ordinal))
        {
            throw new NetworkException($"{source}: {error.Message}", error);
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            throw new NetworkException($"{source}: the network's spec cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Checks sizes and inputs.</summary>
    /// <exception cref="NetworkException">A value makes no network; it is named.</exception>
    public virtual void Validate()
    {
        if (Inputs.Length == 0) throw new NetworkException("the network has no input");
        if (Inputs.Contains(null)) throw new NetworkException("an input of the network is null");
        foreach (InputSpec input in Inputs)
            input.Validate();
        if (UnitIds.Length == 0) throw new NetworkException("the network has no units");
        if (UnitIds.Contains(null)) throw new NetworkException("a unit of the network is null");
        if (OutputDelayBins < 0) throw new NetworkException($"the output delay is {OutputDelayBins} bins");
    }

    /// <summary>The input of a name, or null.</summary>
    public InputSpec? FindInput(string name) => Array.Find(Inputs, input => input.Name == name);

    /// <summary>Names for units that nobody named: "0", "1" ...</summary>
    public static string[] NumberedUnits(long count) => [.. Enumerable.Range(0, checked((int)count)).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))];
}
