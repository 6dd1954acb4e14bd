using LoopRig.Core;

namespace LoopRig.Simulation.Body;

/// <summary>Head on body: looking about in yaw, slow changes of posture in pitch and roll, and the bobbing of each stride.</summary>
internal sealed class Head(SeededRandom random)
{
    private const double LiftCm = 0.1;
    private const double StrideHzAtRest = 2, StrideHzPerSpeed = 0.25;       // mice stride at about 3 to 9 Hz as speed grows
    private readonly Joint _yaw = new(random, 0, 0.45, 1.1, 11);
    private readonly Joint _pitch = new(random, -6, 13, 1.4, 8);
    private readonly Joint _roll = new(random, 0, 9, 1.4, 8);
    private double _stride;

    /// <summary>Relative to the body, rad, counter-clockwise from above.</summary>
    public double Yaw => _yaw.Position;

    /// <summary>Nose up, deg.</summary>
    public double Pitch { get; private set; }

    /// <summary>Right ear down, deg.</summary>
    public double Roll { get; private set; }

    /// <summary>How fast the strides lift the head, cm/s.</summary>
    public double LiftRate { get; private set; }

    public void Step(double dt, double speed)
    {
        _yaw.Step(dt);
        _pitch.Step(dt);
        _roll.Step(dt);
        double strideRate = 2 * Math.PI * (StrideHzAtRest + StrideHzPerSpeed * speed), vigour = speed / (speed + 10);
        _stride += strideRate * dt;
        LiftRate = LiftCm * vigour * strideRate * Math.Cos(_stride);
        double bob = 1.6 * vigour;
        Pitch = _pitch.Position + bob * Math.Sin(_stride);
        Roll = _roll.Position + 0.7 * bob * Math.Sin(_stride / 2);
    }
}
