namespace LoopRig.Core.Stimuli;

/// <summary>
/// A random dot kinematogram: a trial is a row of movements (Wang et al. 2025: 5 x 2 s; translation to four sides, radial in and out, rotation both ways;
/// coherence 50 or 100 %; dot radius 2.6 degrees). Speed, density and life time are not published; the defaults are ours.
/// </summary>
public sealed record RandomDotsStimulus : StimulusDescription
{
    /// <summary>Movements of a trial.</summary>
    [Within(1, 10000)]
    public int Movements { get; init; } = 5;

    /// <summary>How long each lasts, s.</summary>
    [Within(0.01, 3600)]
    public double MovementSeconds { get; init; } = 2;

    /// <summary>What the movements are drawn from.</summary>
    public DotMotion[] Motions { get; init; } = Enum.GetValues<DotMotion>();

    /// <summary>What the shares of dots that move together are drawn from, 0 to 1.</summary>
    [Within(0, 1)]
    public double[] Coherences { get; init; } = [0.5, 1];

    /// <summary>Radius of a dot, degrees.</summary>
    [Within(0.05, 45)]
    public double RadiusDeg { get; init; } = 2.6;

    /// <summary>Degrees a second: of every dot in a translation, of dots <see cref="DotField.ReferenceDeg"/> from the middle in the other movements.</summary>
    [Within(0, 2000)]
    public double SpeedDegPerS { get; init; } = 30;

    /// <summary>Dots a square degree; 0.01 covers a fifth of the screen with dots of 2.6 degrees.</summary>
    [Within(1e-5, 10)]
    public double DensityPerSquareDeg { get; init; } = 0.01;

    /// <summary>How long a dot lives before it appears elsewhere, s; 0: for ever.</summary>
    [Within(0, 3600)]
    public double LifeSeconds { get; init; } = 0.5;

    /// <summary>Which dots are white.</summary>
    public DotColour Colour { get; init; } = DotColour.Both;

    /// <inheritdoc/>
    public override void Plan(PlanBuilder plan)
    {
        var extent = plan.Geometry.Extent();
        for (var i = 0; i < Movements; i++)
        {
            plan.Add(MovementSeconds, new DotsPattern(new DotFieldSettings
            {
                Motion = plan.RandomOf(Motions),
                Coherence = plan.RandomOf(Coherences),
                RadiusDeg = RadiusDeg,
                SpeedDegPerS = SpeedDegPerS,
                LifeSeconds = LifeSeconds,
                Colour = Colour,
                Middle = plan.Geometry.Middle,
                HalfWidthDeg = extent.HalfWidthDeg + RadiusDeg,
                HalfHeightDeg = extent.HalfHeightDeg + RadiusDeg,
                Dots = Math.Max(1, (int)Math.Round(DensityPerSquareDeg * 4 * (extent.HalfWidthDeg + RadiusDeg) * (extent.HalfHeightDeg + RadiusDeg))),
                RefreshHz = plan.RefreshHz,
                Seed = plan.RandomSeed(),
            }));
        }
    }
}
