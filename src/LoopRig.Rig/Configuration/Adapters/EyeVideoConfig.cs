namespace LoopRig.Rig.Configuration;

/// <summary>An eye video and its pupil tracker: streams of the picture and of pupil_x, pupil_y, eyerad, confidence.</summary>
public sealed class EyeVideoConfig : AdapterConfig
{
    /// <summary>A file, relative to this one, or a URL.</summary>
    [InputFile]
    public required string Source { get; init; }

    /// <summary>Whether it starts over at its end, with a new epoch; time goes on.</summary>
    public bool Loop { get; init; }

    /// <summary>Whether it plays in real time or as fast as it is taken.</summary>
    public Pace Pace { get; init; } = Pace.RealTime;

    /// <summary>The part of the picture that is searched; absent: all of it.</summary>
    public CropConfig? Crop { get; init; }
}
