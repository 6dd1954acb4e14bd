namespace LoopRig.Core.Stimuli;

/// <summary>The size of a picture.</summary>
public sealed record PictureSize
{
    /// <summary>Rows, px.</summary>
    [Within(1, 16384)]
    public required int HeightPx { get; init; }

    /// <summary>Columns, px.</summary>
    [Within(1, 16384)]
    public required int WidthPx { get; init; }
}
