using System.Text.Json.Serialization;
using LoopRig.Core;

namespace LoopRig.Models.Backbones;

/// <summary>
/// EfficientNet-B0 (Tan and Le 2019) with a one-channel stem and a linear layer to the units, as Xu et al. 2023 use it; names as timm's, behind
/// "encoder.layers.". Defaults are the published values.
/// </summary>
public sealed record EfficientNetB0Spec : BackboneSpec
{
    /// <summary>The kind in files.</summary>
    public const string KindName = "efficientnet-b0";

    /// <summary>A network of the published sizes that begins with random weights.</summary>
    public EfficientNetB0Spec() => Pretrained = LibraryWeights.None;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => KindName;

    /// <summary>Factor on every number of channels, which are then rounded to multiples of 8.</summary>
    public double WidthFactor { get; init; } = 1;

    /// <summary>Everything but the linear layer to the units and the shifter: what sessions can share and pretraining gives.</summary>
    internal static readonly string[] BodyPrefixes = [$"{EncoderName}.conv_stem.", $"{EncoderName}.bn", $"{EncoderName}.blocks.", $"{EncoderName}.conv_head."];

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (WidthFactor is not (> 0 and <= 4)) throw new NetworkException($"widthFactor is {WidthFactor}, not in 0..4");
    }

    /// <summary>Channels times the width factor, to the nearest multiple of 8 that loses no more than a tenth (the published rounding).</summary>
    internal int Channels(int published)
    {
        const int Multiple = 8;
        double wanted = published * WidthFactor;
        int rounded = Math.Max(Multiple, (int)(wanted + Multiple / 2.0) / Multiple * Multiple);
        return rounded < 0.9 * wanted ? rounded + Multiple : rounded;
    }

    internal override IBackbone Build(ParameterSet parameters) => new EfficientNetB0(parameters, this);
}
