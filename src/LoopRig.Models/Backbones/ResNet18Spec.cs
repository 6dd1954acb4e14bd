using System.Text.Json.Serialization;
using LoopRig.Core;

namespace LoopRig.Models.Backbones;

/// <summary>
/// ResNet-18 (He et al. 2016) with a one-channel stem and a linear layer to the units, as Xu et al. 2023 use it; names as torchvision's, behind
/// "encoder.layers.". Defaults are the published values.
/// </summary>
public sealed record ResNet18Spec : BackboneSpec
{
    /// <summary>The kind in files.</summary>
    public const string KindName = "resnet18";

    /// <summary>A network of the published sizes that begins with random weights.</summary>
    public ResNet18Spec() => Pretrained = LibraryWeights.None;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => KindName;

    /// <summary>Channels of the four stages, of two blocks each; the stem has those of the first.</summary>
    public int[] Channels { get; init; } = [64, 128, 256, 512];

    /// <summary>Everything but the linear layer to the units and the shifter: what sessions can share and pretraining gives.</summary>
    internal static readonly string[] BodyPrefixes = [$"{EncoderName}.conv1.", $"{EncoderName}.bn1.", $"{EncoderName}.layer"];

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (Channels.Length != 4 || Channels.Min() < 1) throw new NetworkException("a ResNet-18 has four stages, so channels are four positive numbers");
    }

    internal override IBackbone Build(ParameterSet parameters) => new ResNet18(parameters, this);
}
