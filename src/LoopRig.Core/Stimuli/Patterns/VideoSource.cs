namespace LoopRig.Core.Stimuli;

/// <summary>A video file; colours become grey.</summary>
/// <param name="Path">The file.</param>
public sealed record VideoSource(string Path) : PictureSource;
