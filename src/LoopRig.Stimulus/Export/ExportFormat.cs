namespace LoopRig.Stimulus.Export;

/// <summary>How exported frames are kept.</summary>
public enum ExportFormat
{
    /// <summary>frames.mkv: FFV1, lossless, grey.</summary>
    Video,
    /// <summary>frames.npy: uint8 (frames, rows, columns).</summary>
    Npy,
    /// <summary>frames/000000.png and so on.</summary>
    Png,
    /// <summary>Only the sheet and the list of trials.</summary>
    Sheet,
}
