namespace LoopRig.Acquisition;

/// <summary>What a pupil looks like in the eye video.</summary>
public sealed record PupilTrackerOptions
{
    /// <summary>Darker or brighter than the iris.</summary>
    public PupilKind Kind { get; init; }

    /// <summary>Pixels brighter than this may be the corneal reflection, 0 to 255.</summary>
    public int BrightLevel { get; init; } = 220;

    /// <summary>The smallest radius of a pupil, px; 0: 0.025 of the picture's shorter side, and at least 4.</summary>
    public double MinRadiusPx { get; init; }

    /// <summary>The largest radius of a pupil, px; 0: 0.35 of the picture's shorter side.</summary>
    public double MaxRadiusPx { get; init; }

    /// <summary>A fit with less confidence is no pupil.</summary>
    public double MinConfidence { get; init; } = 0.45;
}
