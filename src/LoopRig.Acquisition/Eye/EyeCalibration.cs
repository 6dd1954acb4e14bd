namespace LoopRig.Acquisition;

/// <summary>An eye model with how well a recording determines it.</summary>
/// <param name="Model">the eye</param>
/// <param name="CentreErrorDeg">standard error of the centre, as an angle of the eye, deg</param>
/// <param name="RadiusError">standard error of the radius, as a part of it</param>
/// <param name="Frames">pupils that were seen</param>
public readonly record struct EyeCalibration(EyeModel Model, double CentreErrorDeg, double RadiusError, long Frames)
{
    /// <summary>A centre to 1 deg and a radius to 5 %, from at least 300 pupils: an angle 20 deg from the camera's axis is right to about 1.5 deg.</summary>
    public bool IsGood => CentreErrorDeg <= 1 && RadiusError <= 0.05 && Frames >= 300;
}
