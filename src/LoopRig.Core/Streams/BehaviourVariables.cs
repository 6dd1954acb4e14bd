namespace LoopRig.Core;

/// <summary>
/// The canonical names, units, signs and origins of behaviour, defined here and nowhere else. A network asks for variables by these names, a stream's
/// channels carry them. Names follow Xu et al. 2023.
/// </summary>
public static class BehaviourVariables
{
    /// <summary>Running speed, cm/s, forward positive.</summary>
    public const string Speed = "speed";
    /// <summary>Head pitch, deg from horizontal, nose up positive.</summary>
    public const string Pitch = "pitch";
    /// <summary>Head roll, deg from upright, right ear down positive.</summary>
    public const string Roll = "roll";
    /// <summary>Vertical eye angle in the head, deg from the eye's mean position, up positive.</summary>
    public const string Phi = "phi";
    /// <summary>Horizontal eye angle in the head, deg from the eye's mean position, nasal (forward) positive.</summary>
    public const string Theta = "th";
    /// <summary>Pupil radius; the stream's descriptor says the unit (px of the eye video, or mm).</summary>
    public const string PupilRadius = "eyerad";
    /// <summary>Pupil centre in the eye video, px from the left edge.</summary>
    public const string PupilX = "pupil_x";
    /// <summary>Pupil centre in the eye video, px from the top edge (down positive, as pixels are).</summary>
    public const string PupilY = "pupil_y";

    /// <summary>All of them, in the order of docs/coordinates.md.</summary>
    public static IReadOnlyList<BehaviourVariable> All { get; } =
    [
        new(Speed, "cm/s", "running speed of the animal over ground or wheel", "forward", "standing still"),
        new(Pitch, "deg", "angle of the nose's axis above the horizontal, -90 to 90", "nose up", "nose level"),
        new(Roll, "deg", "turn about the nose's axis, -180 to 180", "right ear down", "ears level"),
        new(Theta, "deg", "horizontal angle of the eye in the head", "nasal: towards the nose, for either eye", "the eye's mean position"),
        new(Phi, "deg", "vertical angle of the eye in the head", "up", "the eye's mean position"),
        new(PupilRadius, "", "radius of the pupil; px of the eye video or mm, the stream says which", "wider", "none"),
        new(PupilX, "px", "column of the pupil's centre in the eye video", "right", "the left edge"),
        new(PupilY, "px", "row of the pupil's centre in the eye video", "down", "the top edge"),
    ];
}
