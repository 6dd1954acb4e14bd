namespace LoopRig.Acquisition;

/// <summary>A video file, URL or camera as a source of images.</summary>
public sealed record VideoOptions : VideoSourceOptions
{
    /// <summary>The part of the picture that is published; null: all of it.</summary>
    public CropOptions? Crop { get; init; }

    /// <summary>Smaller grey copies, each a stream NAME/HEIGHTxWIDTH of its own; each pixel is the mean of its area.</summary>
    public ImageSize[] Derived { get; init; } = [];
}
