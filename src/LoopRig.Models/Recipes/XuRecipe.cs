using System.Text.Json.Serialization;
using LoopRig.Core;
using LoopRig.Models.Xu;

namespace LoopRig.Models;

/// <summary>The network of Xu et al. 2023. Defaults are the published values.</summary>
public sealed record XuRecipe : NetworkRecipe
{
    /// <summary>The kind in configs.</summary>
    public const string KindName = "xu";

    /// <summary>The behaviour set: "none" (vision only), "S", "B", "D" or "BD", and "Sx", "Bx", "Dx", "BDx" with products.</summary>
    public string Behaviour { get; init; } = "BDx";

    /// <summary>Whether a learned shifter corrects the image for gaze.</summary>
    public bool Shifter { get; init; } = true;

    /// <summary>Frames k of the recurrent layer.</summary>
    public int Window { get; init; } = 1;

    /// <summary>Rows of the image.</summary>
    public int Height { get; init; } = 60;

    /// <summary>Columns of the image.</summary>
    public int Width { get; init; } = 80;

    /// <summary>Output channels of each convolution.</summary>
    public int[] ConvolutionChannels { get; init; } = [128, 64, 32];

    /// <summary>Outputs of the visual and of the behaviour encoder; null: one a unit, as published. With a number of its own sessions share the visual encoder whole, and transfer keeps it.</summary>
    public int? Features { get; init; }

    /// <summary>Hidden size of the recurrent layer.</summary>
    public int Hidden { get; init; } = 512;

    /// <summary>Hidden size of the shifter.</summary>
    public int ShifterHidden { get; init; } = 256;

    /// <summary>Rate of dropout behind each convolution.</summary>
    public double Dropout { get; init; } = 0.5;

    /// <summary>Weight of the mean magnitude of the behaviour encoder's weights in the loss.</summary>
    public double BehaviourL1 { get; init; } = 1;

    /// <summary>The convolutions; the whole visual encoder where the size of its output does not depend on the units.</summary>
    [JsonIgnore]
    public override IReadOnlyList<string> CorePrefixes => Features is not null ? ["visual_encoder."] : [.. Enumerable.Range(0, 4 * ConvolutionChannels.Length).Select(layer => $"{(Behaviour == "none" ? "encoder" : "visual_encoder")}.layers.{layer}.")];

    /// <inheritdoc/>
    public override InputSpec[] Inputs(IReadOnlyList<InputSpec> offered) => RecipeInputs.Xu(offered, XuBehaviour.OfName(Behaviour), Shifter, Height, Width);

    /// <inheritdoc/>
    public override NetworkSpec Spec(InputSpec[] inputs, string[] unitIds, int outputDelayBins) => new XuSpec
    {
        Inputs = inputs,
        UnitIds = unitIds,
        OutputDelayBins = outputDelayBins,
        Window = Window,
        Features = Features,
        Hidden = Hidden,
        ConvolutionChannels = ConvolutionChannels,
        ShifterHidden = ShifterHidden,
        TranslationDivisor = Behaviour == "none" ? 4 : 5.5,
        Dropout = Dropout,
        BehaviourL1 = BehaviourL1,
    };
}
