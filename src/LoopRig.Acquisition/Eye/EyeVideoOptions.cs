namespace LoopRig.Acquisition;

/// <summary>
/// An eye video as a source of pictures and of the pupil in them; the picture stream has the adapter's name, the pupil's is NAME/pupil, the eye model's NAME/model.
/// </summary>
public sealed record EyeVideoOptions : VideoSourceOptions
{
    /// <summary>The part of the picture that is published and searched; null: all of it.</summary>
    public CropOptions? Crop { get; init; }

    /// <summary>Whether the picture goes out too: not where it comes from a stream of the rig, which holds it already.</summary>
    public bool PublishPicture { get; init; } = true;

    /// <summary>What the pupil looks like.</summary>
    public PupilTrackerOptions Pupil { get; init; } = new();

    /// <summary>
    /// A calibration file. If it is there its eye is used, and a recording that contradicts it is reported; if not, the recording calibrates itself and writes it.
    /// Null: the recording calibrates itself.
    /// </summary>
    public string? Calibration { get; init; }

    /// <summary>Eye rotation that moves the pupil by one pixel, deg, until there is a calibration: the camera's scale over the radius of the pupil's rotation (about 1.1 mm in a mouse).</summary>
    public double DegreesPerPixel { get; init; } = 1;

    /// <summary>The nose is on the picture's left, so that theta grows to the left.</summary>
    public bool NoseIsLeft { get; init; }
}
