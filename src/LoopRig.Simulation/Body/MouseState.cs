namespace LoopRig.Simulation.Body;

/// <summary>
/// The whole animal at one moment. Signs: yaw and heading counter-clockwise from +x seen from above; pitch nose up; roll right ear down; theta of the right
/// eye nasal (forward, to the animal's left); phi up; torsion clockwise as the animal sees it. Those with a name in Core are Core's.
/// </summary>
public readonly record struct MouseState
{
    /// <summary>Position of the head along x, cm.</summary>
    public double X { get; init; }

    /// <summary>Position of the head along y, cm.</summary>
    public double Y { get; init; }

    /// <summary>Locomotion speed, cm/s.</summary>
    public double Speed { get; init; }

    /// <summary>Direction of the body in the world, that in which it runs, rad, not wrapped.</summary>
    public double Heading { get; init; }

    /// <summary>Way run since the start, cm.</summary>
    public double Distance { get; init; }

    /// <summary>How fast the strides lift the head, cm/s.</summary>
    public double LiftRate { get; init; }

    /// <summary>Direction of the head in the world, rad, not wrapped.</summary>
    public double Yaw { get; init; }

    /// <summary>Head pitch, deg.</summary>
    public double Pitch { get; init; }

    /// <summary>Head roll, deg.</summary>
    public double Roll { get; init; }

    /// <summary>Horizontal eye position in the head, deg, nasal positive.</summary>
    public double Theta { get; init; }

    /// <summary>Vertical eye position in the head, deg.</summary>
    public double Phi { get; init; }

    /// <summary>Rotation of the eye about its own axis, deg; no camera measures it.</summary>
    public double Torsion { get; init; }

    /// <summary>How far the lids are open, 0 to 1.</summary>
    public double LidOpening { get; init; }

    /// <summary>Arousal, about -1.5 (drowsy) to 1.5; hidden, the pupil follows it.</summary>
    public double Arousal { get; init; }

    /// <summary>Pupil radius in an eye camera of 160 px width, px at the depth of the eye's centre.</summary>
    public double PupilRadius { get; init; }

    /// <summary>The state between <paramref name="from"/> and <paramref name="to"/> at <paramref name="share"/> (0 to 1) of the way.</summary>
    public static MouseState Between(in MouseState from, in MouseState to, double share) => new()
    {
        X = from.X + share * (to.X - from.X),
        Y = from.Y + share * (to.Y - from.Y),
        Speed = from.Speed + share * (to.Speed - from.Speed),
        Heading = from.Heading + share * (to.Heading - from.Heading),
        Distance = from.Distance + share * (to.Distance - from.Distance),
        LiftRate = from.LiftRate + share * (to.LiftRate - from.LiftRate),
        Yaw = from.Yaw + share * (to.Yaw - from.Yaw),
        Pitch = from.Pitch + share * (to.Pitch - from.Pitch),
        Roll = from.Roll + share * (to.Roll - from.Roll),
        Theta = from.Theta + share * (to.Theta - from.Theta),
        Phi = from.Phi + share * (to.Phi - from.Phi),
        Torsion = from.Torsion + share * (to.Torsion - from.Torsion),
        LidOpening = from.LidOpening + share * (to.LidOpening - from.LidOpening),
        Arousal = from.Arousal + share * (to.Arousal - from.Arousal),
        PupilRadius = from.PupilRadius + share * (to.PupilRadius - from.PupilRadius),
    };
}
