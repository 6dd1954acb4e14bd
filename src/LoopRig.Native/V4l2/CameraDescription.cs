namespace LoopRig.Native.V4l2;

/// <summary>A video device of this computer.</summary>
/// <param name="Path">such as /dev/video0</param>
/// <param name="Card">the name that the device gives itself</param>
/// <param name="Bus">where it is plugged in</param>
/// <param name="Formats">pixel formats by their four letters</param>
/// <param name="Problem">why it cannot be looked at, or is no camera; null for a camera</param>
public sealed record CameraDescription(string Path, string Card, string Bus, IReadOnlyList<string> Formats, string? Problem)
{
    /// <inheritdoc/>
    public override string ToString() => Problem is null ? $"{Path} ({Card}, {Bus}, {string.Join(' ', Formats)})" : $"{Path} ({Problem})";
}
