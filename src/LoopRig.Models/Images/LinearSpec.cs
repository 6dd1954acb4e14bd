using System.Text.Json.Serialization;
using LoopRig.Core;

namespace LoopRig.Models.Images;

/// <summary>
/// The floors that every table of networks is read against: one linear filter a unit on an image's pixels (a linear-nonlinear model) or on its oriented
/// energy. One input, "image", in grey or colour; behaviour is not seen.
/// </summary>
public sealed record LinearSpec : NetworkSpec
{
    /// <summary>The kind in files and configs.</summary>
    public const string KindName = "ln";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => KindName;

    /// <summary>What the filters see.</summary>
    public ImageFeatures Features { get; init; } = ImageFeatures.Pixels;

    /// <summary>Levels of the energy pyramid.</summary>
    public int Levels { get; init; } = 4;

    /// <summary>Orientations of the energy.</summary>
    public int Orientations { get; init; } = 8;

    /// <summary>Side of the grid that pixels or energies are averaged to.</summary>
    public int Grid { get; init; } = 14;

    /// <summary>Whether responses are softplus of the filters' outputs; otherwise they are these themselves, as ridge regression fits them.</summary>
    public bool Rectified { get; init; } = true;

    /// <summary>The image input.</summary>
    [JsonIgnore]
    public InputSpec Image => Inputs[0];

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (Inputs is not [{ Name: "image", Kind: InputKind.Image, Channels: 1 or 3 }])
            throw new NetworkException("a linear-nonlinear network takes one input, 'image', of 1 or 3 channels");
        if (Levels < 1 || Orientations < 1 || Grid < 1)
            throw new NetworkException("levels, orientations and grid must be positive");
        if (Features != ImageFeatures.Pixels && Math.Min(Image.Height, Image.Width) >> (Levels - 1) < 2)
            throw new NetworkException($"an image of {Image.Height}x{Image.Width} pixels has no {Levels} levels");
    }
}
