using System.Text.Json.Serialization;
using LoopRig.Core;
using LoopRig.Models.Xu;

namespace LoopRig.Models.Backbones;

/// <summary>The autoencoder of Xu et al. 2023: units are predicted from a code that the image is reconstructed from as well. Defaults are the published values.</summary>
public sealed record AutoencoderSpec : BackboneSpec
{
    /// <summary>The kind in files.</summary>
    public const string KindName = "autoencoder";

    /// <summary>An autoencoder of the published sizes, whose shifter is half as wide as the others'.</summary>
    public AutoencoderSpec() => ShifterHidden = 128;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => KindName;

    /// <summary>Output channels of each convolution of the encoder; the decoder has them the other way round.</summary>
    public int[] ConvolutionChannels { get; init; } = [64, 128, 256];

    /// <summary>Rows and columns of each kernel.</summary>
    public int Kernel { get; init; } = 7;

    /// <summary>Stride of each convolution.</summary>
    public int Stride { get; init; } = 2;

    /// <summary>Length of the code.</summary>
    public int Latent { get; init; } = 256;

    /// <summary>Rate of dropout behind each layer, in training.</summary>
    public double Dropout { get; init; }

    /// <summary>Weight of the mean squared error of the reconstruction in the training loss.</summary>
    public double ReconstructionWeight { get; init; } = 0.5;

    /// <summary>The encoder's convolutions.</summary>
    internal ConvolutionSizes Convolutions => new(Image.Height, Image.Width, ConvolutionChannels, Kernel, Stride);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Convolutions.Validate();
        if (Latent < 1) throw new NetworkException("latent must be positive");
        if (Dropout is not (>= 0 and < 1)) throw new NetworkException($"dropout is {Dropout}, not in 0..1");
        if (!(ReconstructionWeight >= 0)) throw new NetworkException($"reconstructionWeight is {ReconstructionWeight}, it cannot be negative");
    }

    internal override IBackbone Build(ParameterSet parameters) => new Autoencoder(parameters, this);
}
