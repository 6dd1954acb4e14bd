namespace LoopRig.Core.Stimuli;

/// <summary>
/// One or two drifting waves on gray, alone, under a Gaussian envelope (a Gabor) or in an aperture: contrast(x, y, t) = sum of
/// c cos(2 pi f (x cos d + y sin d) - 2 pi w t + phase), times envelope, with x to the right and y upwards of the centre in degrees.
/// </summary>
public sealed record GratingPattern : Pattern
{
    /// <summary>Where phases, envelope and aperture are counted from.</summary>
    public VisualAngle Centre { get; init; }

    /// <summary>The waves, one or two.</summary>
    public required GratingComponent[] Components { get; init; }

    /// <summary>Standard deviation of the Gaussian envelope, degrees; 0: none.</summary>
    public double SigmaDeg { get; init; }

    /// <summary>Square waves in place of cosines.</summary>
    public bool Square { get; init; }

    /// <summary>A round window; null: none.</summary>
    public Aperture? Aperture { get; init; }
}
