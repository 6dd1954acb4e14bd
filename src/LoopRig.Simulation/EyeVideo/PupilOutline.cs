namespace LoopRig.Simulation.EyeVideo;

/// <summary>The true outline of the pupil in the picture, an ellipse; the centre of the upper left pixel is (0, 0).</summary>
/// <param name="CentreX">its centre, px from the left</param>
/// <param name="CentreY">its centre, px from the top</param>
/// <param name="RadiusPx">half of its longer axis, px</param>
/// <param name="MinorRadiusPx">half of its shorter axis, px</param>
/// <param name="AngleDeg">from the picture's horizontal to the longer axis, clockwise on the screen, 0 to 180</param>
/// <param name="VisibleShare">the part of its area that the lids leave free, 0 to 1</param>
public readonly record struct PupilOutline(double CentreX, double CentreY, double RadiusPx, double MinorRadiusPx, double AngleDeg, double VisibleShare);
