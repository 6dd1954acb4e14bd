namespace LoopRig.Acquisition;

/// <summary>A rectangle of a picture.</summary>
public sealed record CropOptions
{
    /// <summary>Left edge, px.</summary>
    public int X { get; init; }

    /// <summary>Upper edge, px.</summary>
    public int Y { get; init; }

    /// <summary>Columns, px.</summary>
    public required int Width { get; init; }

    /// <summary>Rows, px.</summary>
    public required int Height { get; init; }
}
