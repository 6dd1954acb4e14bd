using System.Text.Json.Serialization;
using LoopRig.Core;
using LoopRig.Models.Backbones;

namespace LoopRig.Models;

/// <summary>The autoencoder of Xu et al. 2023. Defaults are the published values.</summary>
public sealed record AutoencoderRecipe : NetworkRecipe
{
    /// <summary>The kind in configs.</summary>
    public const string KindName = "autoencoder";

    /// <summary>Whether a learned shifter corrects the image for gaze.</summary>
    public bool Shifter { get; init; } = true;

    /// <summary>Rows of the image.</summary>
    public int Height { get; init; } = 60;

    /// <summary>Columns of the image.</summary>
    public int Width { get; init; } = 80;

    /// <summary>Output channels of each convolution of the encoder.</summary>
    public int[] ConvolutionChannels { get; init; } = [64, 128, 256];

    /// <summary>Length of the code.</summary>
    public int Latent { get; init; } = 256;

    /// <summary>Hidden size of the shifter.</summary>
    public int ShifterHidden { get; init; } = 128;

    /// <summary>Rate of dropout behind each layer.</summary>
    public double Dropout { get; init; }

    /// <summary>Weight of the mean squared error of the reconstruction in the loss.</summary>
    public double ReconstructionWeight { get; init; } = 0.5;

    /// <inheritdoc/>
    [JsonIgnore]
    public override IReadOnlyList<string> CorePrefixes => ["encoder.", "decoder."];

    /// <inheritdoc/>
    public override InputSpec[] Inputs(IReadOnlyList<InputSpec> offered) => RecipeInputs.Xu(offered, [], Shifter, Height, Width);

    /// <summary>As measured: the decoder ends in a ReLU, which cannot reconstruct pixels below zero.</summary>
    public override InputScaling ScalingOf(InputSpec input) => InputScaling.AsMeasured;

    /// <inheritdoc/>
    public override NetworkSpec Spec(InputSpec[] inputs, string[] unitIds, int outputDelayBins) => new AutoencoderSpec
    {
        Inputs = inputs,
        UnitIds = unitIds,
        OutputDelayBins = outputDelayBins,
        ConvolutionChannels = ConvolutionChannels,
        Latent = Latent,
        ShifterHidden = ShifterHidden,
        Dropout = Dropout,
        ReconstructionWeight = ReconstructionWeight,
    };
}
