namespace LoopRig.Core.Stimuli;

/// <summary>
/// The monitor as it stands before the animal: a flat screen, measured. The defaults are those of Wang et al. 2025 (55.2 x 31.0 cm at 15 cm), at a
/// common resolution and rate.
/// </summary>
public sealed record MonitorDescription
{
    /// <summary>Width of the picture, cm.</summary>
    [Within(1, 500)]
    public double WidthCm { get; init; } = 55.2;

    /// <summary>Height of the picture, cm.</summary>
    [Within(1, 500)]
    public double HeightCm { get; init; } = 31.0;

    /// <summary>From the eye to the screen's centre along the eye's axis, cm.</summary>
    [Within(1, 1000)]
    public double DistanceCm { get; init; } = 15;

    /// <summary>How far the screen's centre lies to the right of the eye's axis, cm; negative: to the left.</summary>
    [Within(-500, 500)]
    public double CentreRightCm { get; init; }

    /// <summary>How far the screen's centre lies above the eye's axis, cm; negative: below.</summary>
    [Within(-500, 500)]
    public double CentreUpCm { get; init; }

    /// <summary>The screen's rotation about its horizontal axis, degrees (the x angle of models of the perspective network): 0 stands upright.</summary>
    [Within(-80, 80)]
    public double TiltDeg { get; init; }

    /// <summary>The screen's rotation about its vertical axis, degrees (the y angle).</summary>
    [Within(-80, 80)]
    public double PanDeg { get; init; }

    /// <summary>The screen's rotation within its plane, degrees (the z angle).</summary>
    [Within(-180, 180)]
    public double RollDeg { get; init; }

    /// <summary>Columns, px.</summary>
    [Within(16, 16384)]
    public int WidthPx { get; init; } = 1920;

    /// <summary>Rows, px.</summary>
    [Within(16, 16384)]
    public int HeightPx { get; init; } = 1080;

    /// <summary>Flips a second.</summary>
    [Within(1, 1000)]
    public double RefreshHz { get; init; } = 60;

    /// <summary>
    /// What a degree is. spherical: visual degrees as the eye sees them, everywhere (azimuth to the right and elevation upwards of the eye's axis).
    /// flat: degrees at the screen's centre, of equal length over the whole screen, as published stimuli have them.
    /// </summary>
    public Correction Correction { get; init; } = Correction.Spherical;

    /// <summary>How the screen turns pixel values into light; absent: not measured.</summary>
    public GammaDescription? Gamma { get; init; }
}
