using LoopRig.Models.Foundation;

namespace LoopRig.Models;

/// <summary>What a network needs to know and a published weights file does not hold. A LoopRig file holds all of it.</summary>
public sealed record NetworkOptions
{
    /// <summary>The kind ("xu-2023", "sensorium-2022", "foundation-2025", "autoencoder", "resnet18", "efficientnet-b0"); null: recognised by the names of the weights.</summary>
    public string? Kind { get; init; }

    /// <summary>Frames of a window: k of a Xu network, which its weights do not tell; null is 1.</summary>
    public int? Window { get; init; }

    /// <summary>
    /// Whether a learned shifter corrects the image for gaze; null: if the weights hold one. The published code stores one in networks that do not use it:
    /// false leaves it out. True gives one with new weights to ImageNet weights.
    /// </summary>
    public bool? Shifter { get; init; }

    /// <summary>Draws what ImageNet weights do not hold: a shifter, and the layer to the units where they are named.</summary>
    public int Seed { get; init; }

    /// <summary>Rows of the image; null is the published size.</summary>
    public int? ImageHeight { get; init; }

    /// <summary>Columns of the image; null is the published size.</summary>
    public int? ImageWidth { get; init; }

    /// <summary>The session whose readout is used, when a file holds several; null: the only one.</summary>
    public string? Session { get; init; }

    /// <summary>The core of a foundation network whose other weights are in a file of their own; null: params_core beside it.</summary>
    public string? CoreFile { get; init; }

    /// <summary>The one stream of a foundation network that is kept; null: all.</summary>
    public int? Stream { get; init; }

    /// <summary>A foundation network's choices that its weights do not tell (retina without perspective, strides, pools, unit); null: the released ones.</summary>
    public FoundationSpec? Foundation { get; init; }

    /// <summary>Variables by input name ("behaviour", "pupil_centre", "shifter"), in the order of the elements; absent: the published ones of that
    /// number.</summary>
    public IReadOnlyDictionary<string, string[]> Variables { get; init; } = new Dictionary<string, string[]>();

    /// <summary>Statistics by input name: what the inputs are normalised by. They replace those of the file.</summary>
    public IReadOnlyDictionary<string, Normalization> Normalization { get; init; } = new Dictionary<string, Normalization>();

    /// <summary>One name a unit; null: "0", "1" ... ImageNet weights have no units: named ones replace the classifier, else its classes are the outputs.</summary>
    public string[]? UnitIds { get; init; }
}
