namespace LoopRig.Rig.Configuration;

/// <summary>An eye video and its pupil tracker: the picture as stream NAME, and pupil_x, pupil_y, eyerad, th, phi ... as NAME/pupil.</summary>
public sealed class EyeVideoConfig : VideoSourceConfig
{
    /// <summary>What the pupil looks like.</summary>
    public PupilConfig Pupil { get; init; } = new();

    /// <summary>Eye rotation that moves the pupil by one pixel, degrees: the camera's scale over the radius of the pupil's rotation, about 1.1 mm in a mouse.</summary>
    [Range(0.001, 90)]
    public double DegreesPerPixel { get; init; } = 1;

    /// <summary>Whether the nose is on the picture's left, so that th grows to the left.</summary>
    public bool NoseIsLeft { get; init; }
}

/// <summary>What a pupil looks like in the eye video.</summary>
public sealed class PupilConfig
{
    /// <summary>Pixels darker than this may be pupil; 0: chosen anew for each frame.</summary>
    [Range(0, 255)]
    public int DarkLevel { get; init; }

    /// <summary>Pixels brighter than this may be the corneal reflection.</summary>
    [Range(1, 255)]
    public int BrightLevel { get; init; } = 220;

    /// <summary>The smallest radius of a pupil, px.</summary>
    [Range(1, 4096)]
    public double MinRadiusPx { get; init; } = 5;

    /// <summary>The largest radius of a pupil, px; 0: half of the picture's shorter side.</summary>
    [Range(0, 4096)]
    public double MaxRadiusPx { get; init; }

    /// <summary>A fit with less confidence is no pupil.</summary>
    [Range(0, 1)]
    public double MinConfidence { get; init; } = 0.5;
}
