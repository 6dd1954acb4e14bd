namespace LoopRig.Simulation.EyeVideo;

/// <summary>A simulated eye and the camera and light in front of it. Lengths in px are those at the depth of the eye's centre of rotation.</summary>
public sealed record EyeCameraOptions
{
    /// <summary>Columns of the picture, px.</summary>
    public int Width { get; init; } = 160;

    /// <summary>Rows of the picture, px.</summary>
    public int Height { get; init; } = 120;

    /// <summary>The eye's centre of rotation in the picture, from the left, px; NaN: the middle.</summary>
    public double EyeX { get; init; } = double.NaN;

    /// <summary>The eye's centre of rotation in the picture, from the top, px; NaN: the middle.</summary>
    public double EyeY { get; init; } = double.NaN;

    /// <summary>From the centre of rotation to the pupil's plane, px; 0: 0.3 of the width. Every other part of the eye scales with it.</summary>
    public double RotationRadiusPx { get; init; }

    /// <summary>The camera's distance from the centre of rotation, in rotation radii: 30 are about 33 mm in a mouse.</summary>
    public double DistanceRadii { get; init; } = 30;

    /// <summary>Where the camera stands, as seen from the eye: nasal of the resting gaze, deg.</summary>
    public double CameraAzimuthDeg { get; init; } = -10;

    /// <summary>Where the camera stands, as seen from the eye: above the resting gaze, deg.</summary>
    public double CameraElevationDeg { get; init; } = 5;

    /// <summary>The nose is on the picture's left, so that theta grows to the left.</summary>
    public bool NoseIsLeft { get; init; }

    /// <summary>The light stands on the camera's axis, so that the retina shines through the pupil.</summary>
    public bool BrightPupil { get; init; }

    /// <summary>Lamps, each with a reflection on the cornea; the first stands nearest to the camera's axis.</summary>
    public int Lamps { get; init; } = 1;

    /// <summary>Whiskers in front of the eye.</summary>
    public int Whiskers { get; init; } = 2;

    /// <summary>Width of every border in the picture, as the standard deviation of a Gaussian, px.</summary>
    public double BlurPx { get; init; } = 1;

    /// <summary>Standard deviation of each pixel's noise, grey levels.</summary>
    public double Noise { get; init; } = 4;

    /// <summary>How much darker the darkest corner is than the brightest, 0 to 1.</summary>
    public double Unevenness { get; init; } = 0.35;

    /// <summary>Of fur, iris, whiskers and noise.</summary>
    public ulong Seed { get; init; } = 1;
}
