using System.Text.Json.Serialization;
using LoopRig.Core;
using LoopRig.Models.Sensorium;

namespace LoopRig.Models;

/// <summary>
/// The Sensorium 2022 baseline; with behaviour it is Sensorium+. Defaults are the values that Xu et al. 2023 train it with, whose images have 60 x 80 pixels
/// and whose pupil moves the readout by its angles.
/// </summary>
public sealed record SensoriumRecipe : NetworkRecipe
{
    /// <summary>The kind in configs.</summary>
    public const string KindName = "sensorium";

    /// <summary>Whether pupil size, its change and speed enter the core as constant planes behind the image: Sensorium+.</summary>
    public bool Behaviour { get; init; }

    /// <summary>Whether the pupil's position moves the readout.</summary>
    public bool Shifter { get; init; }

    /// <summary>Rows of the image.</summary>
    public int Height { get; init; } = 60;

    /// <summary>Columns of the image.</summary>
    public int Width { get; init; } = 80;

    /// <summary>Channels of every layer of the core.</summary>
    public int Channels { get; init; } = 64;

    /// <summary>Layers of the core.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>Kernel of the first layer.</summary>
    public int InputKernel { get; init; } = 9;

    /// <summary>Kernel of the other layers; odd.</summary>
    public int HiddenKernel { get; init; } = 7;

    /// <summary>Hidden size of the pupil shifter.</summary>
    public int ShifterHidden { get; init; } = 5;

    /// <summary>Weight of the input filters' roughness.</summary>
    public double InputLaplace { get; init; } = 6.3831;

    /// <summary>Weight of the magnitude of the readout's feature weights.</summary>
    public double ReadoutL1 { get; init; } = 0.0076;

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> CorePrefixes => ["core."];

    /// <summary>The image; pupil size, its change and speed; and where the pupil is: in the eye's video (pupil_x, pupil_y) if the data have that, else its angles (th, phi).</summary>
    public override InputSpec[] Inputs(IReadOnlyList<InputSpec> offered)
    {
        InputSpec[] published = Sensorium2022Spec.PublishedInputs(behaviour: true, Height, Width);
        bool inPixels = offered.Any(static input => input.Variables.Contains(BehaviourVariables.PupilX));
        List<InputSpec> inputs = [published[0]];
        if (Behaviour) inputs.Add(published[1]);
        if (Shifter) inputs.Add(inPixels ? published[2] : published[2] with { Variables = [BehaviourVariables.Theta, BehaviourVariables.Phi] });
        return RecipeInputs.Checked(offered, [.. inputs]);
    }

    /// <summary>Behaviour is divided by its deviation, as published; image and pupil position are standardised.</summary>
    public override InputScaling ScalingOf(InputSpec input) => input.Name == "behaviour" ? InputScaling.UnitDeviation : InputScaling.Standardised;

    /// <inheritdoc/>
    public override NetworkSpec Spec(InputSpec[] inputs, string[] unitIds, int outputDelayBins) => new Sensorium2022Spec
    {
        Inputs = inputs,
        UnitIds = unitIds,
        OutputDelayBins = outputDelayBins,
        Session = "session",
        Channels = Channels,
        Layers = Layers,
        InputKernel = InputKernel,
        HiddenKernel = HiddenKernel,
        GridCoordinates = 0,
        ShifterHidden = ShifterHidden,
        InputLaplace = InputLaplace,
        ReadoutL1 = ReadoutL1,
    };
}
