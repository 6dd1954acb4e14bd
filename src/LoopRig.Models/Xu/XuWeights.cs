using LoopRig.Core;
using LoopRig.Torch.Formats;

namespace LoopRig.Models.Xu;

/// <summary>Reads from the names and shapes of published weights which Xu network they are of.</summary>
internal static class XuWeights
{
    internal static bool Recognise(IReadOnlyDictionary<string, NamedArray> arrays) => arrays.ContainsKey("visual_encoder.layers.0.weight");

    internal static XuSpec SpecOf(string source, IReadOnlyDictionary<string, NamedArray> arrays, NetworkOptions options)
    {
        List<int> channels = [];
        while (arrays.TryGetValue($"visual_encoder.layers.{4 * channels.Count}.weight", out NamedArray? convolution) && convolution.Shape.Length == 4)
            channels.Add((int)convolution.Shape[0]);
        if (channels.Count == 0)
            throw new NetworkException($"{source}: visual_encoder.layers.0.weight is not a convolution's, so these are not weights of a Xu network");
        bool visionOnly = !arrays.ContainsKey("fc.weight");
        long[] output = ShapeOf(source, arrays, visionOnly ? $"visual_encoder.layers.{4 * channels.Count + 1}.weight" : "fc.weight");
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
            Hidden = visionOnly ? 1 : (int)output[^1],
            ConvolutionChannels = [.. channels],
            Kernel = (int)arrays["visual_encoder.layers.0.weight"].Shape[^1],
            ShifterHidden = shifter ? (int)ShapeOf(source, arrays, "shifter.layers.1.weight")[0] : 256,
            TranslationDivisor = visionOnly ? 4 : 5.5,
        };
    }

    private static string[] BehaviourVariables(string source, long count, NetworkOptions options)
    {
        string[]? variables = options.Variables.TryGetValue("behaviour", out string[]? given) ? given : XuBehaviour.OfSize(count);
        if (variables is null)
            throw new NetworkException($"{source}: the network takes {count} behaviour variables, which is none of the published sets (3, 6, 11, 21, 66): name them");
        if (variables.Length != count) throw new NetworkException($"{source}: {variables.Length} behaviour variables are named, the weights are for {count}");
        return variables;
    }

    private static long[] ShapeOf(string source, IReadOnlyDictionary<string, NamedArray> arrays, string name)
        => arrays.TryGetValue(name, out NamedArray? array) && array.Shape.Length == 2 ? array.Shape
            : throw new NetworkException($"{source}: {name} is missing or no matrix, so these are not weights of a Xu network");
}
