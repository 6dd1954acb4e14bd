namespace LoopRig.Stimulus.Export;

/// <summary>What is exported, and how.</summary>
public sealed record ExportOptions
{
    /// <summary>How frames are kept.</summary>
    public ExportFormat Format { get; init; } = ExportFormat.Video;

    /// <summary>Ends after so many frames; null: the whole plan.</summary>
    public int? Frames { get; init; }

    /// <summary>Whether the corner carries the flip code, as on the rig.</summary>
    public bool FlipCode { get; init; } = true;
}
