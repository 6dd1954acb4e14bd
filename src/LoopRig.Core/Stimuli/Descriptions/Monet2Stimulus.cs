namespace LoopRig.Core.Stimuli;

/// <summary>Directional pink noise (Monet2), by the published recipe.</summary>
public sealed record Monet2Stimulus : StimulusDescription
{
    /// <summary>How long it lasts, s.</summary>
    [Within(0.1, 600)]
    public double Seconds { get; init; } = 30;

    /// <summary>Columns of the noise before it is interpolated threefold.</summary>
    [Within(8, 512)]
    public int PatternWidth { get; init; } = 72;

    /// <summary>Width over height of the pattern.</summary>
    [Within(0.2, 5)]
    public double PatternAspect { get; init; } = 1.7;

    /// <summary>Half width of the temporal low-pass, Hz.</summary>
    [Within(0.1, 100)]
    public double TemporalBandwidthHz { get; init; } = 4;

    /// <summary>How narrow the orientations are while the pattern moves; 1 or less: none is preferred.</summary>
    [Within(0, 20)]
    public double OrientationCoherence { get; init; } = 1.5;

    /// <summary>Share of the time in which the pattern moves.</summary>
    [Within(0, 1)]
    public double OrientationFraction { get; init; } = 0.4;

    /// <summary>Share of oriented noise while the pattern moves.</summary>
    [Within(0, 1)]
    public double OrientationMix { get; init; } = 1;

    /// <summary>Directions, equally spaced, each once in random order.</summary>
    [Within(1, 360)]
    public int Directions { get; init; } = 16;

    /// <summary>Speed while it moves: as the recipe has it, patternWidth x this pixels of the interpolated frame a second, a third of what pattern widths would be.</summary>
    [Within(0, 10)]
    public double SpeedWidthsPerS { get; init; } = 0.25;

    /// <inheritdoc/>
    public override void Plan(PlanBuilder plan)
    {
        var settings = new Monet2Settings
        {
            RateHz = plan.RefreshHz,
            Seconds = Seconds,
            PatternWidth = PatternWidth,
            PatternAspect = PatternAspect,
            TemporalBandwidthHz = TemporalBandwidthHz,
            OrientationCoherence = OrientationCoherence,
            OrientationFraction = OrientationFraction,
            OrientationMix = OrientationMix,
            Directions = Directions,
            SpeedWidthsPerS = SpeedWidthsPerS,
        };
        plan.AddFrames(settings.Frames, new PicturePattern { Source = new Monet2Source(settings, plan.RandomSeed()), Count = settings.Frames, Smooth = true });
    }
}
