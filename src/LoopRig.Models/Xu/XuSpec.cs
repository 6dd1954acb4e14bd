using System.Text.Json.Serialization;
using LoopRig.Core;

namespace LoopRig.Models.Xu;

/// <summary>
/// The network of Xu et al. 2023. Inputs by name: "image" always; "behaviour" unless the network is vision-only; "shifter" (th, phi, pitch, roll, as
/// measured) when the image is gaze-corrected by a learned shifter. Defaults are the published values.
/// </summary>
public sealed record XuSpec : NetworkSpec
{
    /// <summary>The kind in files.</summary>
    public const string KindName = "xu-2023";

    /// <summary>The published shifter's inputs, in their order, as measured: degrees, not normalised.</summary>
    public static readonly string[] ShifterVariables = [BehaviourVariables.Theta, BehaviourVariables.Phi, BehaviourVariables.Pitch, BehaviourVariables.Roll];

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => KindName;

    /// <summary>Frames k that the recurrent layer sees, the current one included.</summary>
    public int Window { get; init; } = 1;

    /// <summary>Hidden size of the recurrent layer.</summary>
    public int Hidden { get; init; } = 512;

    /// <summary>
    /// Outputs F of the visual encoder and of the behaviour encoder, which are multiplied with each other; null: one a unit, as published. A number of its own lets animals with other neurons share the
    /// visual encoder whole.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] // networks as published keep their files and hashes
    public int? Features { get; init; }

    /// <summary>Output channels of each convolution.</summary>
    public int[] ConvolutionChannels { get; init; } = [128, 64, 32];

    /// <summary>Rows and columns of each convolution's kernel.</summary>
    public int Kernel { get; init; } = 7;

    /// <summary>Stride of each convolution.</summary>
    public int Stride { get; init; } = 2;

    /// <summary>Hidden size of the shifter.</summary>
    public int ShifterHidden { get; init; } = 256;

    /// <summary>The shifter's outputs -1..1 move the image by its size over this; 5.5, and 4 in the vision-only networks of Table 1.</summary>
    public double TranslationDivisor { get; init; } = 5.5;

    /// <summary>The shifter's output -1..1 turns the image by 180 degrees over this.</summary>
    public double RotationDivisor { get; init; } = 4;

    /// <summary>Rate of dropout behind each convolution, in training.</summary>
    public double Dropout { get; init; } = 0.5;

    /// <summary>Weight of the mean magnitude of the behaviour encoder's weights in the training loss.</summary>
    public double BehaviourL1 { get; init; } = 1;

    /// <summary>The image input.</summary>
    [JsonIgnore]
    public InputSpec Image => FindInput("image")!;

    /// <summary>The behaviour input; null for a vision-only network.</summary>
    [JsonIgnore]
    public InputSpec? Behaviour => FindInput("behaviour");

    /// <summary>The shifter's input; null for a network without a shifter.</summary>
    [JsonIgnore]
    public InputSpec? Shifter => FindInput("shifter");

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (FindInput("image") is not { Kind: InputKind.Image, Channels: 1 }) throw new NetworkException("a Xu network needs an input 'image' of one channel");
        foreach (InputSpec input in Inputs)
        {
            if (input.Name is not ("image" or "behaviour" or "shifter")) throw new NetworkException($"a Xu network has no input '{input.Name}'");
            if (input.Name != "image" && input.Kind != InputKind.Vector) throw new NetworkException($"the input '{input.Name}' of a Xu network is a vector");
        }
        if (Shifter is { Length: not 4 })
            throw new NetworkException($"the shifter takes {string.Join(", ", ShifterVariables)}, not {Shifter.Length} variables");
        if (Window < 1) throw new NetworkException($"window is {Window}, at least 1 frame is needed");
        if (Behaviour is null && Window != 1) throw new NetworkException("a vision-only Xu network has no recurrent layer, so its window is 1");
        if (Features is < 1) throw new NetworkException($"features is {Features}, at least 1 is needed");
        if (Features is not null && Behaviour is null) throw new NetworkException("a vision-only Xu network's encoder answers for the units themselves: features has no place in it");
        if (Hidden < 1 || ShifterHidden < 1) throw new NetworkException("hidden and shifterHidden must be positive");
        if (!(TranslationDivisor > 0) || !(RotationDivisor > 0)) throw new NetworkException("translationDivisor and rotationDivisor must be positive");
        if (Dropout is not (>= 0 and < 1)) throw new NetworkException($"dropout is {Dropout}, not in 0..1");
        if (!(BehaviourL1 >= 0)) throw new NetworkException($"behaviourL1 is {BehaviourL1}, it cannot be negative");
        Convolutions.Validate();
    }

    /// <summary>Outputs of the encoders: <see cref="Features"/>, or the units.</summary>
    internal int EncodedSize => Features ?? Units;

    /// <summary>What the published code calls the convolutions: "encoder" in the vision-only networks.</summary>
    internal string EncoderName => Behaviour is null ? "encoder" : "visual_encoder";

    /// <summary>The convolutions.</summary>
    internal ConvolutionSizes Convolutions => new(Image.Height, Image.Width, ConvolutionChannels, Kernel, Stride);

    /// <summary>The shifter.</summary>
    internal ShifterSizes ShifterSizes => new(Image.Height, Image.Width, ShifterHidden, TranslationDivisor, RotationDivisor);

    /// <summary>The published inputs: a grey image of 60 x 80 (or another size), the behaviour variables given, and the shifter's four.</summary>
    /// <param name="behaviour">Variables of the behaviour input, see <see cref="XuBehaviour"/>; empty for a vision-only network.</param>
    /// <param name="shifter">Whether there is a shifter.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="width">Columns of the image.</param>
    public static InputSpec[] InputsFor(IReadOnlyList<string> behaviour, bool shifter = true, int height = 60, int width = 80)
    {
        List<InputSpec> inputs = [new InputSpec { Name = "image", Kind = InputKind.Image, Height = height, Width = width }];
        if (behaviour.Count > 0) inputs.Add(new InputSpec { Name = "behaviour", Kind = InputKind.Vector, Variables = [.. behaviour] });
        if (shifter) inputs.Add(new InputSpec { Name = "shifter", Kind = InputKind.Vector, Variables = ShifterVariables });
        return [.. inputs];
    }
}
