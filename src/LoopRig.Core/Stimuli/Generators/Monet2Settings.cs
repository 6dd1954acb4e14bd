namespace LoopRig.Core.Stimuli;

/// <summary>The recipe of one stretch of Monet2 noise; the defaults are those of the public configuration (cajal/pipeline, stimulus.Monet2).</summary>
public sealed record Monet2Settings
{
    /// <summary>Frames a second.</summary>
    public double RateHz { get; init; } = 60;

    /// <summary>Length, s.</summary>
    public double Seconds { get; init; } = 30;

    /// <summary>Columns of the noise before interpolation.</summary>
    public int PatternWidth { get; init; } = 72;

    /// <summary>Width over height.</summary>
    public double PatternAspect { get; init; } = 1.7;

    /// <summary>Half width of the temporal low-pass, Hz.</summary>
    public double TemporalBandwidthHz { get; init; } = 4;

    /// <summary>Narrowness of the orientations.</summary>
    public double OrientationCoherence { get; init; } = 1.5;

    /// <summary>Share of the time with motion.</summary>
    public double OrientationFraction { get; init; } = 0.4;

    /// <summary>Share of oriented noise in it.</summary>
    public double OrientationMix { get; init; } = 1;

    /// <summary>Number of directions.</summary>
    public int Directions { get; init; } = 16;

    /// <summary>Speed: as the recipe has it, PatternWidth x this pixels of the INTERPOLATED frame a second, a third of what pattern widths would be.</summary>
    public double SpeedWidthsPerS { get; init; } = 0.25;

    /// <summary>Frames in all.</summary>
    public int Frames => Math.Max(1, (int)Math.Round(Seconds * RateHz));

    /// <summary>Rows of the noise, its margin of 3 included.</summary>
    internal int NoiseRows => (int)Math.Round(PatternWidth / PatternAspect) + 3;

    /// <summary>Columns of the noise, its margin of 3 included.</summary>
    internal int NoiseColumns => PatternWidth + 3;

    /// <summary>Rows of a frame.</summary>
    public int Rows => (Monet2.Upsampling * NoiseRows - 9) / 2 * 2;

    /// <summary>Columns of a frame.</summary>
    public int Columns => (Monet2.Upsampling * NoiseColumns - 9) / 2 * 2;
}
