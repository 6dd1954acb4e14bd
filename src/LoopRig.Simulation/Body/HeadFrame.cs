using System.Numerics;
using LoopRig.Simulation.World;

namespace LoopRig.Simulation.Body;

/// <summary>
/// From the animal's angles to viewing poses. Worldcam and right eye sit side by side on the head and share one resting axis, to the right
/// of the nose and a little up, as in the head-mounted rigs whose worldcam covers the field of one eye.
/// </summary>
public static class HeadFrame
{
    /// <summary>Resting azimuth of worldcam and eye, to the right of the nose, deg.</summary>
    public const double CameraAzimuthDeg = 55;

    /// <summary>Resting elevation of worldcam and eye, deg.</summary>
    public const double CameraElevationDeg = 8;

    private const double HeadHeightCm = 3;

    /// <summary>The pose of the worldcam.</summary>
    public static ViewPose Camera(in MouseState mouse)
    {
        var position = new Vector3((float)mouse.X, (float)mouse.Y, (float)(HeadHeightCm + 2.5 * Math.Sin(Radians(mouse.Pitch) * 0.5 + 0.1)));
        (float sin, float cos) = MathF.SinCos((float)mouse.Yaw);
        // Rows of the head in the world before tilting: nose, right side, top.
        var level = new ViewPose(position, new Vector3(cos, sin, 0), new Vector3(sin, -cos, 0), Vector3.UnitZ);
        ViewPose head = level.Turned(0, (float)Radians(mouse.Pitch), 0).Turned(0, 0, (float)Radians(mouse.Roll));
        return head.Turned((float)Radians(CameraAzimuthDeg), (float)Radians(CameraElevationDeg), 0);
    }

    /// <summary>The pose of the right eye: that of the worldcam turned by the eye's own angles.</summary>
    public static ViewPose Eye(in MouseState mouse)
        => Camera(mouse).Turned((float)-Radians(mouse.Theta), (float)Radians(mouse.Phi), (float)Radians(mouse.Torsion));

    private static double Radians(double degrees) => degrees * Math.PI / 180;
}
