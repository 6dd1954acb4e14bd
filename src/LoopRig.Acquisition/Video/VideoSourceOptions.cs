namespace LoopRig.Acquisition;

/// <summary>A video file, a network stream or a camera.</summary>
public record VideoSourceOptions
{
    /// <summary>The adapter's name.</summary>
    public required string Name { get; init; }

    /// <summary>A file, a URL (http, rtsp ...), or a camera of this computer (/dev/video0).</summary>
    public required string Source { get; init; }

    /// <summary>The least time from exposure to hand-over that is known of a live source, ms.</summary>
    public double LatencyMs { get; init; }

    /// <summary>A file starts over at its end, with a new epoch; time goes on.</summary>
    public bool Loop { get; init; }

    /// <summary>How a file is played; a live source plays itself.</summary>
    public Pace Pace { get; init; } = Pace.RealTime;

    /// <summary>Whether frames are two fields each.</summary>
    public Interlacing Interlacing { get; init; }

    /// <summary>Grey is enough: a camera's frames are then decoded no further than to their luma.</summary>
    public bool Grey { get; init; } = true;

    /// <summary>What a camera of this computer is set to.</summary>
    public CameraOptions Camera { get; init; } = new();

    /// <summary>Every frame is also written, lossless, beside the session.</summary>
    public bool RawVideo { get; init; }
}
