using System.Numerics;

namespace LoopRig.Simulation.World;

/// <summary>Where a camera or eye is (cm) and how it is turned: the world directions of its axis, its right and its up (unit vectors).</summary>
public readonly record struct ViewPose(Vector3 Position, Vector3 Axis, Vector3 Right, Vector3 Up)
{
    /// <summary>This pose turned within its own frame: to its right, up and clockwise about its axis (rad, in this order).</summary>
    public ViewPose Turned(float right, float up, float clockwise)
    {
        (float sin, float cos) = MathF.SinCos(right);
        Vector3 axis = cos * Axis + sin * Right, side = cos * Right - sin * Axis;
        (sin, cos) = MathF.SinCos(up);
        Vector3 gaze = cos * axis + sin * Up, top = cos * Up - sin * axis;
        (sin, cos) = MathF.SinCos(clockwise);
        return new ViewPose(Position, gaze, cos * side - sin * top, cos * top + sin * side);
    }
}
