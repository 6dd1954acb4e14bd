using LoopRig.Core;
using LoopRig.Torch.Formats;

namespace LoopRig.Models.Xu;

/// <summary>Reads from the names and shapes of published weights which Xu network they are of.</summary>
internal static class XuWeights
{
    private const string Encoder = "encoder", VisualEncoder = "visual_encoder";

    internal static bool Recognise(IReadOnlyDictionary<string, NamedArray> arrays)
        => ChannelsOf(arrays, VisualEncoder).Length > 0 || (ChannelsOf(arrays, Encoder).Length > 0 && !arrays.ContainsKey("decoder.conv_layers.0.weight"));

    /// <summary>Output channels of a published list of convolutions; empty if there is none.</summary>
    internal static int[] ChannelsOf(IReadOnlyDictionary<string, NamedArray> arrays, string name)
    {
        List<int> channels = [];
        while (arrays.TryGetValue($"{name}.layers.{4 * channels.Count}.weight", out NamedArray? convolution) && convolution.Shape.Length == 4)
            channels.Add((int)convolution.Shape[0]);
        return [.. channels];
    }

    /// <summary>
    /// The arrays without those of the shifter where the options say that there is none: the published code has one in every network and stores it even
    /// when it is not used.
    /// </summary>
    internal static IReadOnlyDictionary<string, NamedArray> WithoutShifter(IReadOnlyDictionary<string, NamedArray> arrays, NetworkOptions options)
        => options.Shifter ?? true ? arrays : arrays.Where(static pair => !pair.Key.StartsWith("shifter.", StringComparison.Ordinal)).ToDictionary();

    internal static (XuSpec Spec, ParameterSet Weights) Read(string source, IReadOnlyDictionary<string, NamedArray> arrays, NetworkOptions options)
    {
        arrays = WithoutShifter(arrays, options);
        bool visionOnly = !arrays.ContainsKey("fc.weight");
        // A vision-only network is published as "encoder"; other code trains it as a network with behaviour, less the behaviour.
        if (visionOnly) arrays = arrays.ToDictionary(static pair => pair.Key.StartsWith(VisualEncoder, StringComparison.Ordinal) ? Encoder + pair.Key[VisualEncoder.Length..] : pair.Key, static pair => pair.Value);
        return (SpecOf(source, arrays, visionOnly, options), ParameterSet.FromArrays(arrays));
    }

    private static XuSpec SpecOf(string source, IReadOnlyDictionary<string, NamedArray> arrays, bool visionOnly, NetworkOptions options)
    {
        string encoder = visionOnly ? Encoder : VisualEncoder;
        int[] channels = ChannelsOf(arrays, encoder);
        if (channels.Length == 0)
            throw new NetworkException($"{source}: {encoder}.layers.0.weight is not a convolution's, so these are not weights of a Xu network");
        long[] output = ShapeOf(source, arrays, visionOnly ? $"{encoder}.layers.{4 * channels.Length + 1}.weight" : "fc.weight");
        long encoded = visionOnly ? output[0] : ShapeOf(source, arrays, $"{encoder}.layers.{4 * channels.Length + 1}.weight")[0];
        bool shifter = arrays.ContainsKey("shifter.layers.1.weight");
        string[] behaviour = visionOnly ? [] : BehaviourVariables(source, ShapeOf(source, arrays, "behav_encoder.layers.1.weight")[^1], options);
        InputSpec[] inputs = XuSpec.InputsFor(behaviour, shifter, options.ImageHeight ?? 60, options.ImageWidth ?? 80);
        if (shifter && options.Variables.TryGetValue("shifter", out string[]? pose)) inputs[^1] = inputs[^1] with { Variables = pose };
        return new XuSpec
        {
            Inputs = inputs,
            UnitIds = options.UnitIds ?? NetworkSpec.NumberedUnits(output[0]),
            OutputDelayBins = 1,
            Window = options.Window ?? 1,
            Features = visionOnly || encoded == output[0] ? null : (int)encoded,
            Hidden = visionOnly ? 1 : (int)output[^1],
            ConvolutionChannels = channels,
            Kernel = (int)arrays[$"{encoder}.layers.0.weight"].Shape[^1],
            ShifterHidden = shifter ? (int)ShapeOf(source, arrays, "shifter.layers.1.weight")[0] : 256,
            TranslationDivisor = visionOnly ? 4 : 5.5,
        };
    }

    private static string[] BehaviourVariables(string source, long count, NetworkOptions options)
    {
        string[]? variables = options.Variables.TryGetValue("behaviour", out string[]? given) ? given : XuBehaviour.OfSize(count);
        if (variables is null)
            throw new NetworkException($"{source}: the network takes {count} behaviour variables, which is none of the published sets (3, 5, 6, 11, 15, 21, 66): name them");
        if (variables.Length != count) throw new NetworkException($"{source}: {variables.Length} behaviour variables are named, the weights are for {count}");
        return variables;
    }

    private static long[] ShapeOf(string source, IReadOnlyDictionary<string, NamedArray> arrays, string name)
        => arrays.TryGetValue(name, out NamedArray? array) && array.Shape.Length == 2 ? array.Shape
            : throw new NetworkException($"{source}: {name} is missing or no matrix, so these are not weights of a Xu network");
}
