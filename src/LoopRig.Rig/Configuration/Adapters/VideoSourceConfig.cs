namespace LoopRig.Rig.Configuration;

/// <summary>What every adapter that looks at video has: a file, URL, camera or stream.</summary>
public abstract class VideoSourceConfig : AdapterConfig
{
    /// <summary>A file, relative to this one; a URL such as rtsp://camera/stream; a camera such as /dev/video0; or stream:NAME, another adapter's pictures.</summary>
    [InputFile(OrStream = true)]
    public required string Source { get; init; }

    /// <summary>Whether a file starts over at its end, with a new epoch; time goes on.</summary>
    public bool Loop { get; init; }

    /// <summary>Whether a file plays in real time or as fast as it is taken.</summary>
    public Pace Pace { get; init; } = Pace.RealTime;

    /// <summary>The part of the picture that is used; absent: all of it.</summary>
    public CropConfig? Crop { get; init; }

    /// <summary>What a camera (/dev/videoN) is set to.</summary>
    public CameraConfig Camera { get; init; } = new();

    /// <summary>Of a camera or URL: the least time from exposure to hand-over that is known of it, milliseconds; its clock's model takes that off. Without effect on what is stamped with the rig's own clock.</summary>
    [Range(0, 10_000)]
    public double LatencyMs { get; init; }

    /// <summary>Whether every frame is also written beside the session, lossless (NAME.mkv), with a list of its times (NAME.times.csv).</summary>
    public bool RawVideo { get; init; }

    /// <inheritdoc/>
    internal override string? SourceStream => StreamOf(Source);
}
