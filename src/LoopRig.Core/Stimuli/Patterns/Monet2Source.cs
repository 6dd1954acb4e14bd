namespace LoopRig.Core.Stimuli;

/// <summary>Directional pink noise, computed.</summary>
/// <param name="Settings">Its recipe.</param>
/// <param name="Seed">Of its random numbers.</param>
public sealed record Monet2Source(Monet2Settings Settings, ulong Seed) : PictureSource;
