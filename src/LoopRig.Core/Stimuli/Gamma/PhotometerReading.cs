namespace LoopRig.Core.Stimuli;

/// <summary>One reading of a photometer.</summary>
/// <param name="Pixel">The level shown, 0 (black) to 1 (white).</param>
/// <param name="Luminance">What was measured, in any unit.</param>
public readonly record struct PhotometerReading(double Pixel, double Luminance);
