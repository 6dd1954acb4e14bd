namespace LoopRig.Rig.Configuration;

/// <summary>An eye video and its pupil tracker: the picture as stream NAME, pupil_x, pupil_y, eyerad, th, phi ... as NAME/pupil, the eye model in use as NAME/model.</summary>
public sealed class EyeVideoConfig : VideoSourceConfig
{
    /// <summary>What the pupil looks like.</summary>
    public PupilConfig Pupil { get; init; } = new();

    /// <summary>
    /// A calibration file, relative to this one. If it is there its eye is used, and a recording that contradicts it is reported; if not, the recording calibrates itself and
    /// writes it. Absent: the recording calibrates itself.
    /// </summary>
    [InputFile(MayBeMade = true)]
    public string? Calibration { get; init; }

    /// <summary>Eye rotation that moves the pupil by one pixel, until there is a calibration, degrees: the camera's scale over the radius of the pupil's rotation, about 1.1 mm in a mouse.</summary>
    [Range(0.001, 90)]
    public double DegreesPerPixel { get; init; } = 1;

    /// <summary>Whether the nose is on the picture's left, so that th grows to the left.</summary>
    public bool NoseIsLeft { get; init; }
}

/// <summary>How a pupil looks in infra-red light.</summary>
public enum PupilKind
{
    /// <summary>Darker than the iris: the light stands beside the camera.</summary>
    Dark,
    /// <summary>Brighter than the iris: the light comes along the camera's axis.</summary>
    Bright,
}

/// <summary>What a pupil looks like in the eye video.</summary>
public sealed class PupilConfig
{
    /// <summary>Whether it is darker or brighter than the iris.</summary>
    public PupilKind Kind { get; init; } = PupilKind.Dark;

    /// <summary>Pixels brighter than this may be the corneal reflection.</summary>
    [Range(1, 255)]
    public int BrightLevel { get; init; } = 220;

    /// <summary>The smallest radius of a pupil, px; 0: 0.025 of the picture's shorter side, and at least 4.</summary>
    [Range(0, 4096)]
    public double MinRadiusPx { get; init; }

    /// <summary>The largest radius of a pupil, px; 0: 0.35 of the picture's shorter side.</summary>
    [Range(0, 4096)]
    public double MaxRadiusPx { get; init; }

    /// <summary>A fit with less confidence is no pupil.</summary>
    [Range(0, 1)]
    public double MinConfidence { get; init; } = 0.45;
}
