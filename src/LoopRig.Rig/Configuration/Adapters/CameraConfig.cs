namespace LoopRig.Rig.Configuration;

/// <summary>How a camera packs its pixels.</summary>
public enum CameraFormat
{
    /// <summary>The first that the camera has of grey, yuyv, mjpeg.</summary>
    Auto,
    /// <summary>A byte a pixel.</summary>
    Grey,
    /// <summary>4:2:2, two bytes a pixel.</summary>
    Yuyv,
    /// <summary>A JPEG picture a frame.</summary>
    Mjpeg,
}

/// <summary>What a camera of this computer is set to. What it rounds or refuses is said.</summary>
public sealed record CameraConfig
{
    /// <summary>The name that the camera must answer with, or a part of it; empty: any. verify lists the cameras.</summary>
    public string Card { get; init; } = "";

    /// <summary>Columns, px; 0: 640.</summary>
    [Range(0, 16_384)]
    public int Width { get; init; }

    /// <summary>Rows, px; 0: 480.</summary>
    [Range(0, 16_384)]
    public int Height { get; init; }

    /// <summary>How pixels are packed.</summary>
    public CameraFormat Format { get; init; }

    /// <summary>Frames per second; 0: as the camera has it.</summary>
    [Range(0, 10_000)]
    public double FrameRateHz { get; init; }

    /// <summary>Exposure of a frame, milliseconds, which switches automatic exposure off; 0: as the camera has it.</summary>
    [Range(0, 10_000)]
    public double ExposureMs { get; init; }

    /// <summary>Gain in the camera's own unit, which switches automatic gain off; absent: as the camera has it.</summary>
    [Range(-100_000, 100_000)]
    public int? Gain { get; init; }

    /// <summary>A camera without a frame for this long is lost, and opened again until it returns, milliseconds.</summary>
    [Range(10, 60_000)]
    public double PatienceMs { get; init; } = 1000;
}
