namespace LoopRig.Core.Stimuli;

/// <summary>A place on the screen in half widths of it, from its centre: u to the right in [-1, 1], v downwards. The unit of the perspective network.</summary>
/// <param name="U">To the right.</param>
/// <param name="V">Downwards.</param>
public readonly record struct ScreenPoint(double U, double V);
