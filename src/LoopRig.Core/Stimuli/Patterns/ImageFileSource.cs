namespace LoopRig.Core.Stimuli;

/// <summary>An image file.</summary>
/// <param name="Path">PNG, JPEG and the like.</param>
public sealed record ImageFileSource(string Path) : PictureSource;
