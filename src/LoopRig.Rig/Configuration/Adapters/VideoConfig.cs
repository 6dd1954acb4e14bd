namespace LoopRig.Rig.Configuration;

/// <summary>A video file, URL or camera, with the container's or the kernel's own timestamps: one canonical stream NAME and smaller copies.</summary>
public sealed class VideoConfig : VideoSourceConfig
{
    /// <summary>Whether frames are two fields each (60 fields in 30 frames): each frame then gives two pictures at their own times. auto: as the file or driver says.</summary>
    public Interlacing Interlaced { get; init; }

    /// <summary>Whether the canonical stream is grey.</summary>
    public bool Grey { get; init; } = true;

    /// <summary>Smaller grey copies, each a stream NAME/HEIGHTxWIDTH.</summary>
    [Items(0, 8)]
    public ImageSizeConfig[] Derived { get; init; } = [];
}

/// <summary>Whether a camera's frames are two fields each, and which was taken first.</summary>
public enum Interlacing
{
    /// <summary>As the file or the driver says; where it says nothing, frames are whole pictures.</summary>
    Auto,
    /// <summary>Frames are whole pictures.</summary>
    None,
    /// <summary>Two fields; rows 0, 2, 4 ... first.</summary>
    TopFirst,
    /// <summary>Two fields; rows 1, 3, 5 ... first.</summary>
    BottomFirst,
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
