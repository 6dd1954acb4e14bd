namespace LoopRig.Core.Stimuli;

/// <summary>A disc on gray whose radius changes from frame to frame.</summary>
/// <param name="Centre">Where.</param>
/// <param name="RadiusDeg">One a frame of the segment, degrees.</param>
/// <param name="Contrast">1 white, -1 black.</param>
public sealed record DiscPattern(VisualAngle Centre, float[] RadiusDeg, double Contrast) : Pattern;
