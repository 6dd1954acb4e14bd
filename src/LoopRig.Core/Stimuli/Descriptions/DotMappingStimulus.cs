namespace LoopRig.Core.Stimuli;

/// <summary>Squares that flash one at a time on a grid over the screen, black and white, in random order (published grids: 5 x 8 and 10 x 10).</summary>
public sealed record DotMappingStimulus : StimulusDescription
{
    /// <summary>Rows of the grid.</summary>
    [Within(1, 1000)]
    public int Rows { get; init; } = 5;

    /// <summary>Columns of the grid.</summary>
    [Within(1, 1000)]
    public int Columns { get; init; } = 8;

    /// <summary>How long each stays, s.</summary>
    [Within(0.01, 60)]
    public double Seconds { get; init; } = 0.25;

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
        var (halfU, halfV) = (1.0 / Columns, plan.Geometry.Aspect / Rows);
        foreach (var (row, column, sign) in ScreenGrid.Flashes(plan, Rows, Columns, Polarity, Flashes))
        {
            var middle = ScreenGrid.Centre(plan.Geometry, Rows, Columns, row, column);
            plan.Add(Seconds, new RectanglePattern(new(middle.U - halfU, middle.V - halfV), new(middle.U + halfU, middle.V + halfV), sign * Contrast, plan.Geometry.AngleOf(middle)),
                FormattableString.Invariant($"row {row} column {column}"));
            plan.Gray(BlankSeconds);
        }
    }
}
