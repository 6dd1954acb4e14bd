namespace LoopRig.Simulation.EyeVideo;

/// <summary>What the eye does in one frame.</summary>
/// <param name="ThetaDeg">nasal, deg from the resting gaze</param>
/// <param name="PhiDeg">up, deg</param>
/// <param name="PupilRadiusPx">radius of the pupil, px at the depth of the eye's centre</param>
/// <param name="LidOpening">1 wide open, 0 closed</param>
public readonly record struct EyePose(double ThetaDeg, double PhiDeg, double PupilRadiusPx, double LidOpening = 1);
