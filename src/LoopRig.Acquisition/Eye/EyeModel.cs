using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>
/// Where the eye is in the picture, so that the pupil's place says where it points: a sphere seen from far away, whose pupil lies at R from its centre of
/// rotation c. A pupil at p looks along g = (x, y, z) with x + iy = (p - c) / R, turned so that x is nasal and y up, and z towards the camera. Theta and phi turn the
/// resting gaze into g: first theta nasally about the vertical, then phi up (Core's <see cref="BehaviourVariables"/>). docs/eye-tracking.md has the drawing.
/// </summary>
/// <param name="CentreX">the centre of rotation, px from the left</param>
/// <param name="CentreY">the centre of rotation, px from the top</param>
/// <param name="RadiusPx">R, from the centre of rotation to the pupil, px</param>
/// <param name="RestX">the mean gaze, nasal part: sine of its angle from the camera's axis</param>
/// <param name="RestY">the mean gaze, upward part</param>
public readonly record struct EyeModel(double CentreX, double CentreY, double RadiusPx, double RestX, double RestY)
{
    /// <summary>The eye angles of a pupil at a place, deg from the mean gaze; NaN where this eye cannot have its pupil.</summary>
    /// <param name="pupilX">px from the left</param>
    /// <param name="pupilY">px from the top</param>
    /// <param name="noseIsLeft">the picture's left is nasal</param>
    public (double ThetaDeg, double PhiDeg) Angles(double pupilX, double pupilY, bool noseIsLeft)
    {
        double x = (noseIsLeft ? CentreX - pupilX : pupilX - CentreX) / RadiusPx, y = (CentreY - pupilY) / RadiusPx;
        double z = Math.Sqrt(1 - (x * x) - (y * y)); // NaN outside the sphere, and so is what follows
        double restZ = Math.Sqrt(1 - (RestX * RestX) - (RestY * RestY)), level = Math.Sqrt((RestX * RestX) + (restZ * restZ));
        // The resting gaze's own nasal, up and forward directions; up is the picture's.
        double nasal = ((x * restZ) - (z * RestX)) / level;
        double up = (y * level) - (RestY * ((x * RestX) + (z * restZ)) / level);
        double forward = (x * RestX) + (y * RestY) + (z * restZ);
        return (Math.Atan2(nasal, forward) * 180 / Math.PI, Math.Asin(Math.Clamp(up, -1, 1)) * 180 / Math.PI);
    }

    /// <summary>How far apart two models' gazes are for a pupil at a place, before the mean gaze is taken off, deg; NaN where one cannot have it.</summary>
    internal static double Difference(in EyeModel a, in EyeModel b, double pupilX, double pupilY)
    {
        (double ax, double ay, double az) = a.Gaze(pupilX, pupilY);
        (double bx, double by, double bz) = b.Gaze(pupilX, pupilY);
        return Math.Acos(Math.Clamp((ax * bx) + (ay * by) + (az * bz), -1, 1)) * 180 / Math.PI;
    }

    /// <summary>The gaze before the camera: the picture's right, down, and towards the camera.</summary>
    internal (double X, double Y, double Z) Gaze(double pupilX, double pupilY)
    {
        double x = (pupilX - CentreX) / RadiusPx, y = (pupilY - CentreY) / RadiusPx;
        return (x, y, Math.Sqrt(1 - (x * x) - (y * y)));
    }
}
