using System.Text.Json;
using LoopRig.Core;
using LoopRig.Models.Backbones;
using LoopRig.Models.Foundation;
using LoopRig.Models.Images;
using LoopRig.Models.Sensorium;
using LoopRig.Models.Xu;
using LoopRig.Torch.Formats;

namespace LoopRig.Models;

/// <summary>
/// Networks from and to files. LoopRig's own are safetensors files whose metadata hold the spec, the provenance and the hash: the file alone rebuilds
/// the network. Published PyTorch weights load directly; what they do not tell comes from <see cref="NetworkOptions"/>.
/// </summary>
public static class NetworkFile
{
    internal const string SpecKey = "looprig.spec";
    private const string ProvenanceKey = "looprig.provenance";
    private const string HashKey = "looprig.hash";

    /// <summary>Loads a network. The caller disposes it.</summary>
    /// <param name="path">A LoopRig network file, or published weights (.pth, .pt, .safetensors).</param>
    /// <param name="options">What published weights do not tell, and statistics that replace those of the file.</param>
    /// <exception cref="DataFileException">The file is missing, damaged or of no known format.</exception>
    /// <exception cref="NetworkException">The kind is unknown, weights are missing, superfluous or of another shape, or the content is not what its hash
    /// says.</exception>
    public static INetwork Load(string path, NetworkOptions? options = null)
    {
        options ??= new NetworkOptions();
        using WeightsFile file = WeightsFile.Open(path);
        if (!file.Metadata.TryGetValue(SpecKey, out string? json))
        {
            using WeightsFile? core = FoundationWeights.OpenCore(path, file.Arrays, options);
            return Build(path, core is null ? file.Arrays : FoundationWeights.Join(path, file.Arrays, core), options);
        }
        NetworkSpec spec = NetworkSpec.FromJson(json, path);
        INetwork network = Build(spec, ParameterSet.FromArrays(file.Arrays), path);
        try
        {
            if (file.Metadata.TryGetValue(HashKey, out string? hash) && NetworkHash.Compute(json, network.Weights) != hash)
                throw new NetworkException($"{path}: spec or weights are not what was saved: their hash is not {hash[..Math.Min(12, hash.Length)]}..., as the file says");
            NetworkSpec changed = WithStatistics(spec, options, path);
            if (options.UnitIds is not null) changed = changed with { UnitIds = options.UnitIds };
            return OneStream(ReferenceEquals(changed, spec) ? network : Rebuild(changed, network, file.Arrays, path), options, path);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Builds a network from published weights.</summary>
    /// <param name="source">What the weights are called in an error: a file's path.</param>
    /// <param name="arrays">The weights by their published names.</param>
    /// <param name="options">What the weights do not tell.</param>
    /// <exception cref="NetworkException">As for <see cref="Load"/>.</exception>
    public static INetwork Build(string source, IReadOnlyDictionary<string, NamedArray> arrays, NetworkOptions options)
    {
        string? kind = options.Kind ?? Recognise(arrays);
        switch (kind)
        {
            case XuSpec.KindName:
                (XuSpec xu, ParameterSet xuWeights) = XuWeights.Read(source, arrays, options);
                return Build(WithStatistics(xu, options, source), xuWeights, source);
            case Sensorium2022Spec.KindName:
                Sensorium2022Spec spec = Sensorium2022Weights.SpecOf(source, arrays, options);
                return Build(WithStatistics(spec, options, source), ParameterSet.FromArrays(Sensorium2022Weights.OfSession(arrays, spec.Session)), source);
            case FoundationSpec.KindName:
                return OneStream(Build(WithStatistics(FoundationWeights.SpecOf(arrays, options), options, source), ParameterSet.FromArrays(arrays), source), options, source);
            case AutoencoderSpec.KindName or ResNet18Spec.KindName or EfficientNetB0Spec.KindName:
                (BackboneSpec backbone, ParameterSet weights) = BackboneWeights.Read(source, kind, arrays, options);
                return Build(WithStatistics(backbone, options, source), weights, source);
            case null:
                throw new NetworkException($"{source}: these are not weights of a known network ({string.Join(", ", PublishedKinds)}); they begin with {string.Join(", ", arrays.Keys.Take(3))}");
            default:
                throw new NetworkException($"'{kind}' is no kind of network; there is {string.Join(", ", PublishedKinds)}");
        }
    }

    /// <summary>The kinds whose published weights can be read.</summary>
    public static IReadOnlyList<string> PublishedKinds { get; } =
        [XuSpec.KindName, Sensorium2022Spec.KindName, FoundationSpec.KindName, AutoencoderSpec.KindName, ResNet18Spec.KindName, EfficientNetB0Spec.KindName];

    /// <summary>Builds a network from its spec and weights, which it owns from here on.</summary>
    /// <exception cref="NetworkException">The spec makes no network, or the weights do not fit.</exception>
    public static INetwork Build(NetworkSpec spec, ParameterSet weights, string source = "weights") => spec switch
    {
        XuSpec xu => new XuNetwork(xu, weights, source),
        Sensorium2022Spec sensorium => new Sensorium2022Network(sensorium, weights, source),
        FoundationSpec foundation => new FoundationNetwork(foundation, weights, source),
        BackboneSpec backbone => new BackboneNetwork(backbone, weights, source),
        ImagesSpec images => new ImagesNetwork(images, weights, source),
        LinearSpec linear => new LinearNetwork(linear, weights, source),
        _ => throw new NetworkException($"{source}: no network of kind '{spec.Kind}' is known"),
    };

    /// <summary>Builds a network with new weights, drawn from a seed as PyTorch draws them by default.</summary>
    /// <exception cref="NetworkException">The spec makes no network.</exception>
    public static INetwork Create(NetworkSpec spec, int seed) => Build(spec, ParameterSet.FromSeed(seed), "new weights");

    /// <summary>Saves a network. The file appears under its name only when it is complete.</summary>
    /// <param name="network">The network as it is now.</param>
    /// <param name="path">The file, usually .safetensors.</param>
    /// <param name="provenance">Where the network comes from: data, settings, dates, versions, in free words.</param>
    /// <exception cref="DataFileException">The file cannot be written.</exception>
    public static void Save(INetwork network, string path, IReadOnlyDictionary<string, string>? provenance = null)
    {
        Dictionary<string, string> metadata = new()
        {
            [SpecKey] = network.Spec.ToJson(),
            [ProvenanceKey] = JsonSerializer.Serialize(provenance ?? new Dictionary<string, string>()),
            [HashKey] = network.Hash,
        };
        SafetensorsWriter.Write(path, network.Weights.ToArrays(), metadata);
    }

    /// <summary>Turns published weights into a LoopRig network file that says where they come from.</summary>
    /// <returns>What the new file holds.</returns>
    /// <exception cref="LoopRigException">As for <see cref="Load"/> and <see cref="Save"/>.</exception>
    public static NetworkSummary Import(string from, string to, NetworkOptions? options = null)
    {
        using INetwork network = Load(from, options);
        // What a LoopRig file says of its training holds for its stream too.
        Dictionary<string, string> provenance = new(Provenance(from)) { ["importedFrom"] = Path.GetFileName(from), ["importedAt"] = DateTime.UtcNow.ToString("O") };
        if (network.Spec is BackboneSpec { Pretrained: string pretrained }) provenance["pretrained"] = pretrained;
        Save(network, to, provenance);
        return Describe(to);
    }

    /// <summary>Says what a file holds, without building the network's program.</summary>
    /// <exception cref="LoopRigException">As for <see cref="Load"/>.</exception>
    public static NetworkSummary Describe(string path, NetworkOptions? options = null)
    {
        using INetwork network = Load(path, options);
        using WeightsFile file = WeightsFile.Open(path);
        return new NetworkSummary
        {
            Path = path,
            Spec = network.Spec,
            Hash = network.Hash,
            ParameterCount = network.Weights.Parameters.Values.Sum(static tensor => tensor.Elements),
            WarmUpSteps = network.WarmUpSteps,
            Arrays = [.. file.Arrays.Values.Select(static array => array.ToString())],
            Provenance = ProvenanceOf(file, path),
        };
    }

    /// <summary>Where a network comes from, as <see cref="Save"/> was told; empty of published weights.</summary>
    /// <exception cref="DataFileException">The file is missing or damaged.</exception>
    /// <exception cref="NetworkException">What it says of where it comes from cannot be read.</exception>
    public static IReadOnlyDictionary<string, string> Provenance(string path)
    {
        using WeightsFile file = WeightsFile.Open(path);
        return ProvenanceOf(file, path);
    }

    private static Dictionary<string, string> ProvenanceOf(WeightsFile file, string path)
    {
        try
        {
            return (file.Metadata.TryGetValue(ProvenanceKey, out string? json) ? JsonSerializer.Deserialize<Dictionary<string, string>>(json) : null) ?? [];
        }
        catch (JsonException error)
        {
            throw new NetworkException($"{path}: where the network comes from cannot be read: {error.Message}", error);
        }
    }

    private static NetworkSpec WithStatistics(NetworkSpec spec, NetworkOptions options, string source)
    {
        if (options.Normalization.Count == 0) return spec;
        foreach (string name in options.Normalization.Keys)
            if (spec.FindInput(name) is null)
                throw new NetworkException($"{source}: statistics are given for an input '{name}', the network has {string.Join(", ", spec.Inputs.Select(static input => input.Name))}");
        InputSpec[] inputs = [.. spec.Inputs.Select(input => options.Normalization.TryGetValue(input.Name, out Normalization? given) ? input with { Mean = given.Mean, Std = given.Std } : input)];
        return spec with { Inputs = inputs };
    }

    private static string? Recognise(IReadOnlyDictionary<string, NamedArray> arrays)
        => XuWeights.Recognise(arrays) ? XuSpec.KindName
            : FoundationWeights.Recognise(arrays) ? FoundationSpec.KindName
            : Sensorium2022Weights.Recognise(arrays) ? Sensorium2022Spec.KindName : BackboneWeights.Recognise(arrays);

    private static INetwork OneStream(INetwork network, NetworkOptions options, string source)
    {
        if (options.Stream is not { } stream) return network;
        using (network)
        {
            if (network is not FoundationNetwork foundation) throw new NetworkException($"{source}: a {network.Kind} network has no streams");
            int streams = ((FoundationSpec)network.Spec).Streams;
            return stream >= 0 && stream < streams ? foundation.OfStream(stream) : throw new NetworkException($"{source}: there is no stream {stream}, the network has {streams}");
        }
    }

    private static INetwork Rebuild(NetworkSpec spec, INetwork old, IReadOnlyDictionary<string, NamedArray> arrays, string source)
    {
        old.Dispose();
        return Build(spec, ParameterSet.FromArrays(arrays), source);
    }
}
