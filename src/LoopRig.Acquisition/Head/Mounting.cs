using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>
/// How the sensor sits on the head: where the head's axes (x forward, y left, z up) lie in the sensor's own. Two directions say it, and both can be
/// measured: with the head in its zero posture the accelerometer reads along "up"; "forward" is the nose.
/// </summary>
public sealed class Mounting
{
    private readonly Vector3D _forward;
    private readonly Vector3D _left;
    private readonly Vector3D _up;

    /// <summary>A mounting by two directions of any length in the sensor's axes; what of forward lies along up is taken off.</summary>
    /// <exception cref="LoopRigException">A direction is zero, not a number, or both are one line.</exception>
    public Mounting(Vector3D forward, Vector3D up)
    {
        if (!(up.Length > 1e-6) || !up.IsFinite) throw new LoopRigException("up: a direction is wanted, three numbers that are not all 0");
        _up = up * (1 / up.Length);
        Vector3D across = forward - (_up * Vector3D.Dot(forward, _up));
        if (!(across.Length > 0.1 * forward.Length) || !forward.IsFinite)
            throw new LoopRigException("forward: a direction is wanted, three numbers that are not all 0, and more than 6 degrees off the line of up");
        _forward = across * (1 / across.Length);
        _left = Vector3D.Cross(_up, _forward);
    }

    /// <summary>The sensor's axes are the head's.</summary>
    public static Mounting Straight { get; } = new(new Vector3D(1, 0, 0), Vector3D.UnitZ);

    /// <summary>A vector of the sensor's axes in the head's.</summary>
    public Vector3D ToHead(Vector3D sensor) => new(Vector3D.Dot(_forward, sensor), Vector3D.Dot(_left, sensor), Vector3D.Dot(_up, sensor));

    /// <summary>
    /// The head's angles by the signs of <see cref="BehaviourVariables"/>: pitch, nose up positive, from -90 to 90 degrees; roll, right ear down positive, from
    /// -180 to 180 degrees, and of no meaning with the nose straight up or down.
    /// </summary>
    /// <param name="up">The world's up in the sensor's axes.</param>
    public (double PitchDeg, double RollDeg) Angles(Vector3D up)
    {
        Vector3D head = ToHead(up);
        return (Math.Atan2(head.X, Math.Sqrt((head.Y * head.Y) + (head.Z * head.Z))) * 180 / Math.PI, Math.Atan2(head.Y, head.Z) * 180 / Math.PI);
    }
}
