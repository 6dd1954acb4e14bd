namespace LoopRig.Native.V4l2;

/// <summary>How a camera packs its pixels.</summary>
public enum PixelFormat
{
    /// <summary>The first that the camera has of: grey, YUYV, MJPEG.</summary>
    Auto,
    /// <summary>A byte a pixel.</summary>
    Grey,
    /// <summary>4:2:2, two bytes a pixel.</summary>
    Yuyv,
    /// <summary>A JPEG picture a frame.</summary>
    Mjpeg,
}

/// <summary>What a camera is asked for; 0 or null leaves a thing as the camera has it.</summary>
public sealed record CameraSettings
{
    /// <summary>Columns, px.</summary>
    public int Width { get; init; }

    /// <summary>Rows, px.</summary>
    public int Height { get; init; }

    /// <summary>How pixels are packed.</summary>
    public PixelFormat Format { get; init; }

    /// <summary>Frames a second.</summary>
    public double FrameRateHz { get; init; }

    /// <summary>Exposure of a frame, ms; automatic exposure is then switched off.</summary>
    public double ExposureMs { get; init; }

    /// <summary>Gain in the camera's own unit; automatic gain is then switched off.</summary>
    public int? Gain { get; init; }
}
