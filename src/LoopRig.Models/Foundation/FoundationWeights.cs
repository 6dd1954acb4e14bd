using LoopRig.Core;
using LoopRig.Torch.Formats;

namespace LoopRig.Models.Foundation;

/// <summary>
/// Reads from the names and shapes of published weights which foundation network they are of. The release splits them: params_core.pt holds what begins
/// with "core.", params_SESSION_SCAN.pt the rest.
/// </summary>
internal sealed class FoundationWeights
{
    internal const string CorePrefix = "core.", CoreFile = "params_core";
    private const string Feedforward = "core.feedforward", Recurrent = "core.recurrent";

    private readonly IReadOnlyDictionary<string, NamedArray> _arrays;

    private FoundationWeights(IReadOnlyDictionary<string, NamedArray> arrays) => _arrays = arrays;

    internal static bool Recognise(IReadOnlyDictionary<string, NamedArray> arrays)
        => HasCore(arrays) || HasSession(arrays);

    /// <summary>Opens the file with the core that belongs to a session's file; null if the arrays are whole, or of another network.</summary>
    /// <exception cref="NetworkException">The arrays are the core alone, or there is no core beside them.</exception>
    internal static WeightsFile? OpenCore(string path, IReadOnlyDictionary<string, NamedArray> arrays, NetworkOptions options)
    {
        bool core = HasCore(arrays), session = HasSession(arrays);
        if (core && !session)
            throw new NetworkException($"{path}: this is the core alone (its arrays begin with '{CorePrefix}'); give the file of a session (params_SESSION_SCAN.pt), which finds the core beside it");
        if (core || !session) return null;
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string[] candidates = options.CoreFile is { } given ? [given] : [Path.Combine(folder, CoreFile + Path.GetExtension(path)), Path.Combine(folder, CoreFile + ".pt"), Path.Combine(folder, CoreFile + ".safetensors")];
        string? found = Array.Find(candidates, File.Exists);
        return found is not null ? WeightsFile.Open(found) : throw new NetworkException($"{path}: these are the weights of a session without the core, which is not at {string.Join(", nor at ", candidates.Distinct())}");
    }

    /// <summary>The arrays of a session's file and of the core's as one.</summary>
    /// <exception cref="NetworkException">The second file holds no core, or both hold an array.</exception>
    internal static IReadOnlyDictionary<string, NamedArray> Join(string path, IReadOnlyDictionary<string, NamedArray> session, WeightsFile core)
    {
        if (!HasCore(core.Arrays)) throw new NetworkException($"{core.Path}: this is no core of a foundation network; its arrays begin with {string.Join(", ", core.Arrays.Keys.Take(3))}");
        string[] both = [.. session.Keys.Where(core.Arrays.ContainsKey)];
        if (both.Length > 0) throw new NetworkException($"{path} and {core.Path} both hold {string.Join(", ", both)}");
        return session.Concat(core.Arrays).ToDictionary();
    }

    internal static FoundationSpec SpecOf(IReadOnlyDictionary<string, NamedArray> arrays, NetworkOptions options)
    {
        FoundationWeights weights = new(arrays);
        FoundationSpec known = options.Foundation ?? new FoundationSpec { Inputs = [], UnitIds = [] };
        bool perspective = arrays.Keys.Any(static name => name.StartsWith("perspective.", StringComparison.Ordinal));
        bool modulation = arrays.Keys.Any(static name => name.StartsWith("modulation.", StringComparison.Ordinal));
        InputSpec[] inputs = FoundationSpec.InputsFor(options.ImageHeight ?? 144, options.ImageWidth ?? 256, perspective, modulation);
        for (int i = 1; i < inputs.Length; i++)
            inputs[i] = inputs[i] with { Variables = weights.Variables(inputs[i], options) };
        FoundationSpec spec = known with
        {
            Inputs = inputs,
            UnitIds = options.UnitIds ?? NetworkSpec.NumberedUnits(weights.Size("readout.position.mu", 0, 1)),
            Streams = Math.Max(1, weights.Count(stream => $"{Feedforward}.inputs.0.weights.{stream}")),
        };
        spec = weights.WithCore(spec);
        if (perspective) spec = weights.WithPerspective(spec);
        return modulation ? weights.WithModulation(spec) : spec;
    }

    private static bool HasCore(IReadOnlyDictionary<string, NamedArray> arrays) => arrays.Keys.Any(static name => name.StartsWith(Feedforward, StringComparison.Ordinal));

    private static bool HasSession(IReadOnlyDictionary<string, NamedArray> arrays) => arrays.ContainsKey("readout.position.mu");

    private string[] Variables(InputSpec input, NetworkOptions options)
    {
        int count = LayerSize(input.Name == FoundationSpec.EyeInput ? "perspective.mlp.linears.0" : "modulation.mlp.linears.0", 1, input.Length);
        string[] variables = options.Variables.TryGetValue(input.Name, out string[]? given) ? given : input.Variables;
        return variables.Length == count ? variables
            : throw new NetworkException($"the weights are for {count} variables of the input '{input.Name}', {variables.Length} are named: {string.Join(", ", variables)}");
    }

    private FoundationSpec WithCore(FoundationSpec spec)
    {
        int blocks = Count(b => LayerKey($"{Feedforward}.inputs.{b}"));
        if (blocks == 0) blocks = spec.BlockChannels.Length;
        int[] PerBlock(Func<int, int> size) => [.. Enumerable.Range(0, blocks).Select(size)];
        bool cvt = LayerKey($"{Recurrent}.conv") is { } key && _arrays.ContainsKey(key) || !_arrays.ContainsKey(LayerKey($"{Recurrent}.proj_i") ?? "");
        int hidden = LayerSize($"{Recurrent}.proj_i", 0, spec.RecurrentHidden);
        return spec with
        {
            InputKernel = LayerSize($"{Feedforward}.inputs.0", 3, spec.InputKernel),
            BlockChannels = PerBlock(b => LayerSize($"{Feedforward}.inputs.{b}", 0, 1)),
            BlockGroups = PerBlock(b => GroupsOf($"{Feedforward}.blocks.{b}.convs.0", 1)),
            BlockLayers = PerBlock(b => Math.Max(1, Count(i => LayerKey($"{Feedforward}.blocks.{b}.convs.{i}")))),
            BlockPools = spec.BlockPools.Length == blocks ? spec.BlockPools : PerBlock(b => b == blocks - 1 ? 1 : 2),
            TemporalKernel = LayerSize($"{Feedforward}.blocks.0.convs.0", 2, spec.TemporalKernel),
            SpatialKernel = LayerSize($"{Feedforward}.blocks.0.convs.0", 3, spec.SpatialKernel),
            FeedforwardOut = LayerSize($"{Feedforward}.out", 0, spec.FeedforwardOut),
            Recurrent = cvt ? RecurrentKind.CvtLstm : RecurrentKind.ConvLstm,
            RecurrentHidden = hidden,
            RecurrentCommon = LayerSize($"{Recurrent}.conv", 0, 2 * hidden),
            RecurrentGroups = GroupsOf($"{Recurrent}.proj_i", spec.RecurrentGroups),
            RecurrentKernel = LayerSize(cvt ? $"{Recurrent}.conv" : $"{Recurrent}.proj_i", 3, spec.RecurrentKernel),
            CoreOut = LayerSize($"{Recurrent}.out", 0, spec.CoreOut),
        };
    }

    private FoundationSpec WithPerspective(FoundationSpec spec) => spec with
    {
        RetinaHeight = Size("perspective.retina.grid", 0, spec.RetinaHeight),
        RetinaWidth = Size("perspective.retina.grid", 1, spec.RetinaWidth),
        PerspectiveHidden = LayerSize("perspective.mlp.linears.0", 0, spec.PerspectiveHidden),
        PerspectiveLayers = Math.Max(1, Count(i => LayerKey($"perspective.mlp.linears.{i}")) - 1), // the last gives the angles
    };

    private FoundationSpec WithModulation(FoundationSpec spec) => spec with
    {
        ModulationHidden = LayerSize("modulation.mlp.linears.0", 0, spec.ModulationHidden),
        ModulationLayers = Math.Max(1, Count(i => LayerKey($"modulation.mlp.linears.{i}"))),
        ModulationCells = LayerSize("modulation.lstm.proj_i", 0, spec.ModulationCells),
    };

    // How many names of a row there are, from 0.
    private int Count(Func<int, string?> name)
    {
        int count = 0;
        while (name(count) is { } key && _arrays.ContainsKey(key))
            count++;
        return count;
    }

    // A missing array gives a default here, and is named when the network is built.
    private int Size(string name, int dimension, int otherwise)
        => _arrays.TryGetValue(name, out NamedArray? array) && array.Shape.Length > dimension ? checked((int)array.Shape[dimension]) : otherwise;

    private int LayerSize(string layer, int dimension, int otherwise) => LayerKey(layer) is { } key ? Size(key, dimension, otherwise) : otherwise;

    private int GroupsOf(string layer, int otherwise) => LayerKey(layer) is { } key ? Size(key.Replace(".weights.", ".gains.", StringComparison.Ordinal), 0, otherwise) : otherwise;

    // The weights of a layer in whichever stream has them.
    private string? LayerKey(string layer) => _arrays.Keys.FirstOrDefault(name => name.StartsWith($"{layer}.weights.", StringComparison.Ordinal));
}
