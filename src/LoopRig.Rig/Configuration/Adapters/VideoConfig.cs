namespace LoopRig.Rig.Configuration;

/// <summary>A video file or URL, through OpenCV, with the container's own timestamps.</summary>
public sealed class VideoConfig : AdapterConfig
{
    /// <summary>A file, relative to this one, or a URL such as rtsp://camera/stream.</summary>
    [InputFile]
    public required string Source { get; init; }

    /// <summary>Whether it starts over at its end, with a new epoch; time goes on.</summary>
    public bool Loop { get; init; }

    /// <summary>Whether it plays in real time or as fast as it is taken.</summary>
    public Pace Pace { get; init; } = Pace.RealTime;

    /// <summary>The part of the picture that the canonical stream shows; absent: all of it.</summary>
    public CropConfig? Crop { get; init; }

    /// <summary>Whether the canonical stream is grey.</summary>
    public bool Grey { get; init; } = true;

    /// <summary>Smaller grey copies, each a stream NAME/HEIGHTxWIDTH.</summary>
    [Items(0, 8)]
    public ImageSizeConfig[] Derived { get; init; } = [];
}

/// <summary>A rectangle of pixels.</summary>
public sealed class CropConfig
{
    /// <summary>The first column, px.</summary>
    [Range(0, 16_384)]
    public int X { get; init; }

    /// <summary>The first row, px.</summary>
    [Range(0, 16_384)]
    public int Y { get; init; }

    /// <summary>Columns, px.</summary>
    [Range(1, 16_384)]
    public required int Width { get; init; }

    /// <summary>Rows, px.</summary>
    [Range(1, 16_384)]
    public required int Height { get; init; }
}

/// <summary>The size of a derived image.</summary>
public sealed class ImageSizeConfig
{
    /// <summary>Rows, px.</summary>
    [Range(1, 4096)]
    public required int Height { get; init; }

    /// <summary>Columns, px.</summary>
    [Range(1, 4096)]
    public required int Width { get; init; }
}
