namespace LoopRig.Rig.Configuration;

/// <summary>A camera above a freely moving mouse: x, y, heading, speed, area and found of each frame as stream NAME.</summary>
public sealed class TopCameraConfig : VideoSourceConfig
{
    /// <summary>Pixels of one centimetre on the arena's floor; 0: not known, and the speed is speed_px in px/s, which no network takes for a speed.</summary>
    [Range(0, 10_000)]
    public double PixelsPerCm { get; init; }

    /// <summary>Length of the mouse without its tail, px; 0: 9 cm where pixelsPerCm is known, else 0.16 of the picture's width.</summary>
    [Range(0, 16_384)]
    public double BodyLengthPx { get; init; }

    /// <summary>Whether the mouse is brighter than the floor.</summary>
    public bool BrightMouse { get; init; }

    /// <summary>Time constant with which the background follows the light, seconds; a mouse that sits is not taken into it.</summary>
    [Range(0.5, 3600)]
    public double BackgroundSeconds { get; init; } = 20;

    /// <summary>Length of the speed's Hamming window, milliseconds; the speed lags by half of it.</summary>
    [Range(10, 5000)]
    public double SpeedWindowMs { get; init; } = 200;
}
