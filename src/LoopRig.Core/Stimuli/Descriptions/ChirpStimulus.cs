namespace LoopRig.Core.Stimuli;

/// <summary>
/// The full-field chirp: a step to white and back to black, then from gray a sine of growing frequency and one of growing contrast, gray between them.
/// The defaults are those of Baden et al. 2016 (doi 10.1038/nature16468).
/// </summary>
public sealed record ChirpStimulus : StimulusDescription
{
    /// <summary>Black before the step, and after it, s.</summary>
    [Within(0, 60)]
    public double DarkSeconds { get; init; } = 2;

    /// <summary>White, s.</summary>
    [Within(0, 60)]
    public double StepSeconds { get; init; } = 3;

    /// <summary>Gray before each sweep, s.</summary>
    [Within(0, 60)]
    public double GraySeconds { get; init; } = 2;

    /// <summary>Each sweep, s.</summary>
    [Within(0.1, 600)]
    public double SweepSeconds { get; init; } = 8;

    /// <summary>The sweep of frequency begins here, Hz.</summary>
    [Within(0, 250)]
    public double FromHz { get; init; } = 0.5;

    /// <summary>The sweep of frequency ends here, Hz.</summary>
    [Within(0, 250)]
    public double ToHz { get; init; } = 8;

    /// <summary>Frequency of the sweep of contrast, Hz.</summary>
    [Within(0, 250)]
    public double ContrastHz { get; init; } = 2;

    /// <inheritdoc/>
    public override void Plan(PlanBuilder plan)
    {
        plan.CheckFrequencies(0, Math.Max(ToHz, ContrastHz));
        plan.Gray(DarkSeconds, 0);
        plan.Gray(StepSeconds, 1);
        plan.Gray(DarkSeconds, 0);
        plan.Gray(GraySeconds);
        var frames = plan.FramesOf(SweepSeconds);
        plan.AddFrames(frames, Wave(frames, t => Math.Sin(2 * Math.PI * (FromHz * t + (ToHz - FromHz) * t * t / (2 * SweepSeconds)))), "frequency");
        plan.Gray(GraySeconds);
        plan.AddFrames(frames, Wave(frames, t => t / SweepSeconds * Math.Sin(2 * Math.PI * ContrastHz * t)), "contrast");
        plan.Gray(GraySeconds);

        LevelPattern Wave(int count, Func<double, double> contrast) =>
            new([.. Enumerable.Range(0, count).Select(i => (float)Math.Clamp(Pattern.Gray * (1 + contrast(i / plan.RefreshHz)), 0, 1))]);
    }
}
