namespace LoopRig.Core.Stimuli;

/// <summary>Sparse noise: a few squares of a grid at a time, white and black on gray, at random places.</summary>
public sealed record SparseNoiseStimulus : StimulusDescription
{
    /// <summary>Rows of the grid.</summary>
    [Within(1, 1000)]
    public int Rows { get; init; } = 18;

    /// <summary>Columns of the grid.</summary>
    [Within(1, 1000)]
    public int Columns { get; init; } = 32;

    /// <summary>Squares at a time.</summary>
    [Within(1, 10000)]
    public int Squares { get; init; } = 12;

    /// <summary>Pictures a second.</summary>
    [Within(0.1, 500)]
    public double RateHz { get; init; } = 10;

    /// <summary>How long it lasts, s.</summary>
    [Within(0.1, 3600)]
    public double Seconds { get; init; } = 60;

    /// <inheritdoc/>
    public override void Plan(PlanBuilder plan)
    {
        if (Squares > Rows * Columns)
        {
            throw plan.Error("squares", $"{Squares} squares do not fit into a grid of {Rows} x {Columns}");
        }
        var count = Math.Max(1, (int)Math.Round(Seconds * RateHz));
        plan.Add(Seconds, new PicturePattern { Source = new SparseNoiseSource(Rows, Columns, count, Squares, plan.RandomSeed()), Count = count, RateHz = RateHz });
    }
}
