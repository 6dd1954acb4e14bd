using System.Text.Json.Serialization;
using LoopRig.Core;
using LoopRig.Models.Xu;

namespace LoopRig.Models.Backbones;

/// <summary>
/// The networks that Xu et al. 2023 compare with in their Table 1: one image -> backbone -> softplus. Inputs by name: "image" always, of one channel;
/// "shifter" (th, phi, pitch, roll, as measured) when the image is gaze-corrected by a learned shifter.
/// </summary>
public abstract record BackboneSpec : NetworkSpec
{
    /// <summary>What the published code calls the backbone.</summary>
    internal const string EncoderName = "encoder.layers";

    /// <summary>Hidden size of the shifter.</summary>
    public int ShifterHidden { get; init; } = 256;

    /// <summary>The shifter's outputs -1..1 move the image by its size over this.</summary>
    public double TranslationDivisor { get; init; } = 4;

    /// <summary>The shifter's output -1..1 turns the image by 180 degrees over this.</summary>
    public double RotationDivisor { get; init; } = 4;

    /// <summary>
    /// "none" for a backbone that began with random weights, else which library's weights it began with and what was made of them; null for one that no
    /// library has.
    /// </summary>
    public string? Pretrained { get; init; }

    /// <summary>The image input.</summary>
    [JsonIgnore]
    public InputSpec Image => FindInput("image")!;

    /// <summary>The shifter's input; null for a network without a shifter.</summary>
    [JsonIgnore]
    public InputSpec? Shifter => FindInput("shifter");

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (FindInput("image") is not { Kind: InputKind.Image, Channels: 1 }) throw new NetworkException($"a network of kind {Kind} needs an input 'image' of one channel");
        foreach (InputSpec input in Inputs)
            if (input.Name is not ("image" or "shifter")) throw new NetworkException($"a network of kind {Kind} has no input '{input.Name}'");
        if (Shifter is { } shifter && (shifter.Kind != InputKind.Vector || shifter.Length != XuSpec.ShifterVariables.Length))
            throw new NetworkException($"the shifter takes {string.Join(", ", XuSpec.ShifterVariables)}, not {shifter.Length} variables");
        if (ShifterHidden < 1) throw new NetworkException("shifterHidden must be positive");
        if (!(TranslationDivisor > 0) || !(RotationDivisor > 0)) throw new NetworkException("translationDivisor and rotationDivisor must be positive");
    }

    /// <summary>Builds the backbone.</summary>
    internal abstract IBackbone Build(ParameterSet parameters);
}
