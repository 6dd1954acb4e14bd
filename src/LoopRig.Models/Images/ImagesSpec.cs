using System.Text.Json.Serialization;
using LoopRig.Core;

namespace LoopRig.Models.Images;

/// <summary>
/// A network from single images to mean responses: features of the image, then streams, each a core of convolutions with a readout, whose responses are
/// averaged. One input, "image", in grey or colour.
/// </summary>
public sealed record ImagesSpec : NetworkSpec
{
    /// <summary>The kind in files and configs.</summary>
    public const string KindName = "images";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => KindName;

    /// <inheritdoc/>
    [JsonIgnore]
    public override ResponseLoss Loss => SquaredError ? ResponseLoss.SquaredError : ResponseLoss.Poisson;

    /// <summary>What the first layer sees.</summary>
    public ImageFeatures Features { get; init; } = ImageFeatures.EnergyOfEnergy;

    /// <summary>Levels of the energy pyramid, each of half the size of the one before.</summary>
    public int Levels { get; init; } = 4;

    /// <summary>Orientations of the energy.</summary>
    public int Orientations { get; init; } = 8;

    /// <summary>Side of the grid that energies are averaged to.</summary>
    public int Grid { get; init; } = 7;

    /// <summary>Side of the kernel of each layer; odd, padded.</summary>
    public int[] Kernels { get; init; } = [1, 3];

    /// <summary>Stride of each layer.</summary>
    public int[] Strides { get; init; } = [1, 1];

    /// <summary>Output channels of every layer.</summary>
    public int Channels { get; init; } = 96;

    /// <summary>Share of the maps that training leaves out behind each layer.</summary>
    public double Dropout { get; init; } = 0.3;

    /// <summary>How units are read.</summary>
    public ImageReadoutKind Readout { get; init; } = ImageReadoutKind.Mask;

    /// <summary>Cores with readouts, trained side by side on the same batches; their responses are averaged.</summary>
    public int Streams { get; init; } = 3;

    /// <summary>Training moves each batch of images by up to so many pixels, up or down and sideways.</summary>
    public int ShiftPixels { get; init; } = 2;

    /// <summary>
    /// Whether training minimises the squared error of responses in units of each one's deviation, and responses are linear; else the Poisson loss, and
    /// responses are positive.
    /// </summary>
    public bool SquaredError { get; init; } = true;

    /// <summary>Mean response [U] where the network was fitted; empty is 0.</summary>
    public float[] ResponseMeans { get; init; } = [];

    /// <summary>Deviation of the response [U] there; empty is 1.</summary>
    public float[] ResponseDeviations { get; init; } = [];

    /// <inheritdoc/>
    [JsonIgnore]
    public override float[]? LossScales => ResponseDeviations.Length > 0 ? ResponseDeviations : null;

    /// <inheritdoc/>
    public override NetworkSpec WithResponses(float[] means, float[] deviations)
        => SquaredError ? this with { ResponseMeans = means, ResponseDeviations = deviations } : this;

    /// <summary>The image input.</summary>
    [JsonIgnore]
    public InputSpec Image => Inputs[0];

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (Inputs is not [{ Name: "image", Kind: InputKind.Image, Channels: 1 or 3 }])
            throw new NetworkException("an images network takes one input, 'image', of 1 or 3 channels");
        if (Kernels.Length == 0 || Kernels.Length != Strides.Length)
            throw new NetworkException($"kernels has {Kernels.Length} layers, strides {Strides.Length}; both need the same, at least one");
        if (Array.Exists(Kernels, static kernel => kernel < 1 || kernel % 2 == 0) || Array.Exists(Strides, static stride => stride < 1))
            throw new NetworkException("kernels must be odd and strides positive");
        if (Levels < 1 || Orientations < 1 || Grid < 1 || Channels < 1 || Streams < 1 || ShiftPixels < 0 || !(Dropout is >= 0 and < 1))
            throw new NetworkException("levels, orientations, grid, channels and streams must be positive, shiftPixels not negative, dropout in 0..1");
        if ((ResponseMeans.Length > 0 && ResponseMeans.Length != Units) || (ResponseDeviations.Length > 0 && ResponseDeviations.Length != Units))
            throw new NetworkException($"responseMeans and responseDeviations have {ResponseMeans.Length} and {ResponseDeviations.Length} values for {Units} units");
        int smallest = Math.Min(Image.Height, Image.Width) >> (Levels - 1);
        if (Features != ImageFeatures.Pixels && smallest < 2)
            throw new NetworkException($"an image of {Image.Height}x{Image.Width} pixels has no {Levels} levels");
    }
}
