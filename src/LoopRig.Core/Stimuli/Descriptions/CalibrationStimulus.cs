namespace LoopRig.Core.Stimuli;

/// <summary>Levels for a photometer, to measure the monitor's gamma (Wang et al. 2025: 52 levels, 0 to 255 by 5, 1 s each). Shown as they are, not linearised.</summary>
public sealed record CalibrationStimulus : StimulusDescription
{
    /// <summary>Levels, equally spaced from 0 to 255.</summary>
    [Within(2, 256)]
    public int Levels { get; init; } = 52;

    /// <summary>How long each stays, s.</summary>
    [Within(0.1, 600)]
    public double Seconds { get; init; } = 1;

    /// <inheritdoc/>
    public override void Plan(PlanBuilder plan)
    {
        if (plan.Geometry.Monitor.Gamma is { Linearise: true })
        {
            throw plan.Error("kind", "a monitor that is linearised cannot be calibrated; set monitor.gamma.linearise to false");
        }
        for (var i = 0; i < Levels; i++)
        {
            var level = Math.Round(255.0 * i / (Levels - 1));
            plan.Add(Seconds, new UniformPattern(level / 255), FormattableString.Invariant($"level {level}"));
        }
    }
}
