namespace LoopRig.Core.Stimuli;

/// <summary>A Gaussian spot on gray.</summary>
/// <param name="Centre">Where.</param>
/// <param name="SigmaDeg">Standard deviation, degrees.</param>
/// <param name="Contrast">At its peak: 1 white, -1 black.</param>
public sealed record GaussianSpotPattern(VisualAngle Centre, double SigmaDeg, double Contrast) : Pattern;
