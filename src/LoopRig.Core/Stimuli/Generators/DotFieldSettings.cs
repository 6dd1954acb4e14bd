namespace LoopRig.Core.Stimuli;

/// <summary>One movement of random dots. Places are degrees about the middle (equidistant, or flat: see <see cref="MonitorGeometry"/>).</summary>
public sealed record DotFieldSettings
{
    /// <summary>How the dots that move together move.</summary>
    public DotMotion Motion { get; init; }

    /// <summary>The share of dots that move together, 0 to 1; each other dot has a direction of its own.</summary>
    public double Coherence { get; init; } = 1;

    /// <summary>Radius of a dot, degrees.</summary>
    public double RadiusDeg { get; init; } = 2.6;

    /// <summary>Degrees a second; see <see cref="RandomDotsStimulus.SpeedDegPerS"/>.</summary>
    public double SpeedDegPerS { get; init; } = 30;

    /// <summary>Life time, s; 0: for ever.</summary>
    public double LifeSeconds { get; init; } = 0.5;

    /// <summary>Which dots are white.</summary>
    public DotColour Colour { get; init; }

    /// <summary>Where the field's middle is.</summary>
    public VisualAngle Middle { get; init; }

    /// <summary>The field reaches so far to the right and left of it, degrees.</summary>
    public double HalfWidthDeg { get; init; } = 60;

    /// <summary>The field reaches so far above and below it, degrees.</summary>
    public double HalfHeightDeg { get; init; } = 45;

    /// <summary>How many.</summary>
    public int Dots { get; init; } = 100;

    /// <summary>Steps a second.</summary>
    public double RefreshHz { get; init; } = 60;

    /// <summary>Of the random numbers.</summary>
    public ulong Seed { get; init; }
}
