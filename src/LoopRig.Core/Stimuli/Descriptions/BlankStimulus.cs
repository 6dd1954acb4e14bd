namespace LoopRig.Core.Stimuli;

/// <summary>One level over the whole screen.</summary>
public sealed record BlankStimulus : StimulusDescription
{
    /// <summary>How long, s.</summary>
    [Within(0.01, 36000)]
    public double Seconds { get; init; } = 1;

    /// <summary>0 black to 1 white.</summary>
    [Within(0, 1)]
    public double Level { get; init; } = Pattern.Gray;

    /// <inheritdoc/>
    public override void Plan(PlanBuilder plan) => plan.Add(Seconds, new UniformPattern(Level));
}
