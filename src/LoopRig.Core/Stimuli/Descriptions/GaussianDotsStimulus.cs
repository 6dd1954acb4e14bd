namespace LoopRig.Core.Stimuli;

/// <summary>
/// Flashing Gaussian dots, on (white) and off (black), one at a time on a grid over the screen: every position and polarity once, in random order
/// (Wang et al. 2025: sd 8 degrees, 300 ms, 17 x 29).
/// </summary>
public sealed record GaussianDotsStimulus : StimulusDescription
{
    /// <summary>Rows of the grid.</summary>
    [Within(1, 1000)]
    public int Rows { get; init; } = 17;

    /// <summary>Columns of the grid.</summary>
    [Within(1, 1000)]
    public int Columns { get; init; } = 29;

    /// <summary>Standard deviation of a dot, degrees.</summary>
    [Within(0.1, 90)]
    public double SigmaDeg { get; init; } = 8;

    /// <summary>How long each stays, s.</summary>
    [Within(0.01, 60)]
    public double Seconds { get; init; } = 0.3;

    /// <summary>Gray after each, s.</summary>
    [Within(0, 60)]
    public double BlankSeconds { get; init; }

    /// <summary>0 to 1.</summary>
    [Within(0, 1)]
    public double Contrast { get; init; } = 1;

    /// <summary>White, black or both.</summary>
    public Polarity Polarity { get; init; }

    /// <summary>Shows so many of them; absent: all.</summary>
    [Within(1, 1e6)]
    public int? Flashes { get; init; }

    /// <inheritdoc/>
    public override void Plan(PlanBuilder plan)
    {
        foreach (var (row, column, sign) in ScreenGrid.Flashes(plan, Rows, Columns, Polarity, Flashes))
        {
            var centre = plan.Geometry.AngleOf(ScreenGrid.Centre(plan.Geometry, Rows, Columns, row, column));
            plan.Add(Seconds, new GaussianSpotPattern(centre, SigmaDeg, sign * Contrast), FormattableString.Invariant($"row {row} column {column}"));
            plan.Gray(BlankSeconds);
        }
    }
}
