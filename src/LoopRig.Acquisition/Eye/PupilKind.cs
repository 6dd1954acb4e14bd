namespace LoopRig.Acquisition;

/// <summary>How the pupil looks in infra-red light.</summary>
public enum PupilKind
{
    /// <summary>Darker than the iris: the light stands beside the camera.</summary>
    Dark,

    /// <summary>Brighter than the iris: the light comes along the camera's axis and the retina sends it back.</summary>
    Bright,
}
