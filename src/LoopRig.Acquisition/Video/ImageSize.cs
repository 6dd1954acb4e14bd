namespace LoopRig.Acquisition;

/// <summary>The size of a derived image.</summary>
/// <param name="Height">rows, px</param>
/// <param name="Width">columns, px</param>
public readonly record struct ImageSize(int Height, int Width);
