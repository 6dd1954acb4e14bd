namespace LoopRig.Core.Stimuli;

/// <summary>Full-field flashes.</summary>
public sealed record FlashStimulus : StimulusDescription
{
    /// <summary>How many.</summary>
    [Within(1, 100000)]
    public int Count { get; init; } = 10;

    /// <summary>How long each lasts, s.</summary>
    [Within(0.005, 60)]
    public double Seconds { get; init; } = 0.5;

    /// <summary>Between them, s.</summary>
    [Within(0, 600)]
    public double BlankSeconds { get; init; } = 1.5;

    /// <summary>Levels of the flashes, one after the other, 0 black to 1 white.</summary>
    [Within(0, 1)]
    public double[] Levels { get; init; } = [1, 0];

    /// <inheritdoc/>
    public override void Plan(PlanBuilder plan)
    {
        for (var i = 0; i < Count; i++)
        {
            plan.Add(Seconds, new UniformPattern(Levels[i % Levels.Length]), "flash");
            plan.Gray(BlankSeconds);
        }
    }
}
