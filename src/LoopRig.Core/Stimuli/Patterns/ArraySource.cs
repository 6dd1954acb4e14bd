namespace LoopRig.Core.Stimuli;

/// <summary>A NumPy array (pictures, H, W) or (movies, T, H, W): uint8, or numbers from 0 black to 1 white.</summary>
/// <param name="Path">The .npy file.</param>
public sealed record ArraySource(string Path) : PictureSource;
