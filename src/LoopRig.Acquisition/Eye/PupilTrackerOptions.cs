namespace LoopRig.Acquisition;

/// <summary>What a pupil looks like in the eye video.</summary>
public sealed record PupilTrackerOptions
{
    /// <summary>Pixels darker than this may be pupil, 0 to 255; 0: chosen anew for each frame, between the pupil's and the iris's brightness.</summary>
    public int DarkLevel { get; init; }

    /// <summary>Pixels brighter than this may be the corneal reflection, 0 to 255.</summary>
    public int BrightLevel { get; init; } = 220;

    /// <summary>The smallest radius of a pupil, px.</summary>
    public double MinRadiusPx { get; init; } = 5;

    /// <summary>The largest radius of a pupil, px; 0: half of the picture's shorter side.</summary>
    public double MaxRadiusPx { get; init; }

    /// <summary>A fit with less confidence is no pupil.</summary>
    public double MinConfidence { get; init; } = 0.5;
}
