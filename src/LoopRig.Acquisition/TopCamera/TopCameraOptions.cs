namespace LoopRig.Acquisition;

/// <summary>A mouse that moves freely under a camera.</summary>
public sealed record TopCameraOptions : VideoSourceOptions
{
    /// <summary>The part of the picture in which the mouse can be: its arena without the walls, on which reflections move; null: all of it.</summary>
    public CropOptions? Crop { get; init; }

    /// <summary>Pixels of one centimetre on the arena's floor; 0: not known, and the speed is in px/s.</summary>
    public double PixelsPerCm { get; init; }

    /// <summary>Length of the mouse without its tail, px; 0: 9 cm where the scale is known, else 0.16 of the picture's width.</summary>
    public double BodyLengthPx { get; init; }

    /// <summary>The mouse is brighter than the floor; else darker.</summary>
    public bool BrightMouse { get; init; }

    /// <summary>Time constant with which the background follows the light, s.</summary>
    public double BackgroundSeconds { get; init; } = 20;

    /// <summary>Length of the speed's Hamming window, ms; the speed lags by half of it.</summary>
    public double SpeedWindowMs { get; init; } = 200;
}
