namespace LoopRig.Core.Stimuli;

/// <summary>A place in the visual field, degrees: to the right and upwards of the eye's axis (spherical), or of the screen's centre (flat).</summary>
/// <param name="AzimuthDeg">To the right.</param>
/// <param name="ElevationDeg">Upwards.</param>
public readonly record struct VisualAngle(double AzimuthDeg, double ElevationDeg);
