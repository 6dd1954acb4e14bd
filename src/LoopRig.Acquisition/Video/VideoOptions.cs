namespace LoopRig.Acquisition;

/// <summary>A video file or URL as a source of images.</summary>
public sealed record VideoOptions
{
    /// <summary>The adapter's name, and its canonical stream's.</summary>
    public required string Name { get; init; }

    /// <summary>A file, or a URL (http, rtsp ...).</summary>
    public required string Source { get; init; }

    /// <summary>Starts over at its end, with a new epoch; time goes on.</summary>
    public bool Loop { get; init; }

    /// <summary>How a file is played; a live source (rtsp, udp ...) plays itself.</summary>
    public Pace Pace { get; init; } = Pace.RealTime;

    /// <summary>The part of the picture that is published; null: all of it.</summary>
    public CropOptions? Crop { get; init; }

    /// <summary>The canonical stream is grey (H,W); else blue, green, red (H,W,3).</summary>
    public bool Grey { get; init; } = true;

    /// <summary>Smaller grey copies, each a stream NAME/HEIGHTxWIDTH of its own; each pixel is the mean of its area.</summary>
    public ImageSize[] Derived { get; init; } = [];
}
