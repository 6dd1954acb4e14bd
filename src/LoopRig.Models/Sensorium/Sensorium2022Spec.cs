using System.Text.Json.Serialization;
using LoopRig.Core;

namespace LoopRig.Models.Sensorium;

/// <summary>
/// The Sensorium 2022 baseline. Inputs by name: "image" always; "behaviour", which enters the core as constant planes behind the image; "pupil_centre",
/// which moves the readout positions through a small perceptron. Defaults are the published values.
/// </summary>
public sealed record Sensorium2022Spec : NetworkSpec
{
    /// <summary>The kind in files.</summary>
    public const string KindName = "sensorium-2022";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => KindName;

    /// <summary>The recording session, which is part of the published parameter names: "27204-5-13".</summary>
    public required string Session { get; init; }

    /// <summary>Channels of every layer of the core.</summary>
    public int Channels { get; init; } = 64;

    /// <summary>Layers of the core; the first is a full convolution, the others are depth-separable.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>Kernel of the first layer, not padded.</summary>
    public int InputKernel { get; init; } = 9;

    /// <summary>Kernel of the other layers, padded to keep the size; odd.</summary>
    public int HiddenKernel { get; init; } = 7;

    /// <summary>Coordinates of each unit in the brain that its readout position is predicted from (source_grid); 0: the positions themselves are
    /// parameters.</summary>
    public int GridCoordinates { get; init; } = 2;

    /// <summary>Hidden size of the perceptron from those coordinates to the position.</summary>
    public int GridHidden { get; init; } = 30;

    /// <summary>Hidden size of the pupil shifter.</summary>
    public int ShifterHidden { get; init; } = 5;

    /// <summary>Linear layers of the pupil shifter.</summary>
    public int ShifterLayers { get; init; } = 3;

    /// <summary>Weight of the input filters' roughness in training.</summary>
    public double InputLaplace { get; init; } = 6.3831;

    /// <summary>Weight of the magnitude of the readout's feature weights in training.</summary>
    public double ReadoutL1 { get; init; } = 0.0076;

    /// <summary>The image input.</summary>
    [JsonIgnore]
    public InputSpec Image => FindInput("image")!;

    /// <summary>The behaviour input; null for the image variant.</summary>
    [JsonIgnore]
    public InputSpec? Behaviour => FindInput("behaviour");

    /// <summary>The shifter's input; null for a network without a shifter.</summary>
    [JsonIgnore]
    public InputSpec? PupilCentre => FindInput("pupil_centre");

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (FindInput("image") is not { Kind: InputKind.Image }) throw new NetworkException("a Sensorium network needs an input 'image'");
        foreach (InputSpec input in Inputs)
        {
            if (input.Name is not ("image" or "behaviour" or "pupil_centre")) throw new NetworkException($"a Sensorium network has no input '{input.Name}'");
            if (input.Name != "image" && input.Kind != InputKind.Vector)
                throw new NetworkException($"the input '{input.Name}' of a Sensorium network is a vector");
        }
        if (PupilCentre is { Length: not 2 }) throw new NetworkException($"the pupil's centre has 2 coordinates, not {PupilCentre.Length}");
        if (Channels < 1 || Layers < 1 || InputKernel < 1 || HiddenKernel < 1 || HiddenKernel % 2 == 0 || GridCoordinates < 0 || GridHidden < 1 || ShifterHidden < 1 || ShifterLayers < 1)
            throw new NetworkException("channels, layers, kernels, gridHidden, shifterHidden and shifterLayers must be positive, hiddenKernel odd");
        if (!(InputLaplace >= 0) || !(ReadoutL1 >= 0)) throw new NetworkException("inputLaplace and readoutL1 cannot be negative");
        if (Image.Height < InputKernel || Image.Width < InputKernel)
            throw new NetworkException($"an image of {Image.Height}x{Image.Width} pixels is smaller than the first kernel, {InputKernel}");
    }

    /// <summary>The published inputs: a grey image of 36 x 64; for the behaviour variant pupil size, its change, speed, and the pupil's centre.</summary>
    /// <remarks>The statistics that the weights were trained with are not in the published files: they must be given.</remarks>
    public static InputSpec[] PublishedInputs(bool behaviour, int height = 36, int width = 64)
    {
        InputSpec image = new() { Name = "image", Kind = InputKind.Image, Height = height, Width = width };
        if (!behaviour) return [image];
        string radius = BehaviourVariables.PupilRadius;
        return
        [
            image,
            new InputSpec { Name = "behaviour", Kind = InputKind.Vector, Variables = [radius, radius + "'", BehaviourVariables.Speed] },
            new InputSpec { Name = "pupil_centre", Kind = InputKind.Vector, Variables = [BehaviourVariables.PupilX, BehaviourVariables.PupilY] },
        ];
    }
}
