using LoopRig.Core;
using LoopRig.Models.Xu;
using LoopRig.Torch.Formats;

namespace LoopRig.Models.Backbones;

/// <summary>Reads from the names and shapes of published weights which backbone they are of.</summary>
internal static class BackboneWeights
{
    private const string Encoder = BackboneSpec.EncoderName;
    private const int PublishedHeight = 60, PublishedWidth = 80;

    /// <summary>The kind that these weights are of; null if of none here.</summary>
    internal static string? Recognise(IReadOnlyDictionary<string, NamedArray> arrays)
    {
        if (arrays.ContainsKey("decoder.conv_layers.0.weight")) return AutoencoderSpec.KindName;
        if (arrays.ContainsKey($"{Encoder}.conv_stem.weight")) return EfficientNetB0Spec.KindName;
        return arrays.ContainsKey($"{Encoder}.conv1.weight") ? ResNet18Spec.KindName : LibraryWeights.KindOf(arrays);
    }

    /// <summary>The spec and weights of a network of a kind.</summary>
    /// <exception cref="NetworkException">The weights are not of that kind.</exception>
    internal static (BackboneSpec Spec, ParameterSet Weights) Read(string source, string kind, IReadOnlyDictionary<string, NamedArray> arrays, NetworkOptions options)
    {
        if (LibraryWeights.KindOf(arrays) == kind)
        {
            (Dictionary<string, NamedArray> fitted, string note) = LibraryWeights.Fit(arrays, source, keepClasses: options.UnitIds is null);
            bool efficient = kind == EfficientNetB0Spec.KindName;
            BackboneSpec of = SpecOf(source, kind, fitted, options, shifter: options.Shifter ?? false) with { Pretrained = note };
            List<string> given = [.. efficient ? EfficientNetB0Spec.BodyPrefixes : ResNet18Spec.BodyPrefixes];
            if (options.UnitIds is null) given.Add(Head(kind));
            return (of, ParameterSet.FromArrays(fitted, given, options.Seed));
        }
        IReadOnlyDictionary<string, NamedArray> used = XuWeights.WithoutShifter(arrays, options);
        return (SpecOf(source, kind, used, options, used.ContainsKey("shifter.layers.1.weight")), ParameterSet.FromArrays(used));
    }

    private static BackboneSpec SpecOf(string source, string kind, IReadOnlyDictionary<string, NamedArray> arrays, NetworkOptions options, bool shifter)
    {
        InputSpec[] inputs = XuSpec.InputsFor([], shifter, options.ImageHeight ?? PublishedHeight, options.ImageWidth ?? PublishedWidth);
        if (shifter && options.Variables.TryGetValue("shifter", out string[]? pose)) inputs[^1] = inputs[^1] with { Variables = pose };
        string[] units = options.UnitIds ?? NetworkSpec.NumberedUnits(Length(source, kind, arrays, Head(kind) + "bias"));
        int hidden = arrays.TryGetValue("shifter.layers.1.weight", out NamedArray? layer) ? (int)layer.Shape[0] : kind == AutoencoderSpec.KindName ? 128 : 256;
        return kind switch
        {
            ResNet18Spec.KindName => new ResNet18Spec
            {
                Inputs = inputs,
                UnitIds = units,
                OutputDelayBins = 1,
                ShifterHidden = hidden,
                Channels = [.. Enumerable.Range(1, 4).Select(stage => (int)Length(source, kind, arrays, $"{Encoder}.layer{stage}.0.conv1.weight"))],
            },
            EfficientNetB0Spec.KindName => new EfficientNetB0Spec
            {
                Inputs = inputs,
                UnitIds = units,
                OutputDelayBins = 1,
                ShifterHidden = hidden,
                WidthFactor = Length(source, kind, arrays, $"{Encoder}.conv_head.weight") / (double)EfficientNetB0.HeadChannels,
            },
            _ => Autoencoder(source, arrays, inputs, units, hidden),
        };
    }

    private static AutoencoderSpec Autoencoder(string source, IReadOnlyDictionary<string, NamedArray> arrays, InputSpec[] inputs, string[] units, int hidden)
    {
        int[] channels = XuWeights.ChannelsOf(arrays, "encoder");
        if (channels.Length == 0) throw new NetworkException($"{source}: encoder.layers.0.weight is no convolution's, so these are not weights of an autoencoder");
        return new AutoencoderSpec
        {
            Inputs = inputs,
            UnitIds = units,
            OutputDelayBins = 1,
            ShifterHidden = hidden,
            ConvolutionChannels = channels,
            Kernel = (int)arrays["encoder.layers.0.weight"].Shape[^1],
            Latent = (int)Length(source, AutoencoderSpec.KindName, arrays, $"encoder.layers.{4 * channels.Length + 1}.weight"),
        };
    }

    private static string Head(string kind) => kind switch
    {
        ResNet18Spec.KindName => $"{Encoder}.fc.",
        EfficientNetB0Spec.KindName => $"{Encoder}.classifier.",
        _ => "fc.",
    };

    private static long Length(string source, string kind, IReadOnlyDictionary<string, NamedArray> arrays, string name)
        => arrays.TryGetValue(name, out NamedArray? array) && array.Shape.Length > 0 ? array.Shape[0]
            : throw new NetworkException($"{source}: {name} is missing, so these are not weights of a network of kind {kind}");
}
