namespace LoopRig.Core.Stimuli;

/// <summary>What a path offers to show.</summary>
/// <param name="Sources">Each with a name for the record.</param>
/// <param name="Count">Pictures of each source: 1 of images.</param>
/// <param name="Height">Rows of the first picture, px.</param>
/// <param name="Width">Columns of the first picture, px.</param>
/// <param name="RateHz">Pictures a second as a video says; 0 unknown.</param>
public sealed record PictureListing(IReadOnlyList<(string Name, PictureSource Source, int First)> Sources, int Count, int Height, int Width, double RateHz);
