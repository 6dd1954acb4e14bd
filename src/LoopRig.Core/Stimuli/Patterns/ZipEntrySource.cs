namespace LoopRig.Core.Stimuli;

/// <summary>An image in an archive.</summary>
/// <param name="Path">The zip file.</param>
/// <param name="Entry">The image in it.</param>
public sealed record ZipEntrySource(string Path, string Entry) : PictureSource;
