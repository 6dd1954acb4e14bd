namespace LoopRig.Core.Stimuli;

/// <summary>The trials of a stimulus file. Absent: each stimulus once, as they stand.</summary>
public sealed record StimulusSequence
{
    /// <summary>The names of the stimuli, each as often as it stands here; absent: all, once.</summary>
    public string[]? Trials { get; init; }

    /// <summary>How often the whole is shown.</summary>
    [Within(1, 100000)]
    public int Repeats { get; init; } = 1;

    /// <summary>The order within a repeat.</summary>
    public TrialOrder Order { get; init; }

    /// <summary>Whether a stimulus that is shown again draws its random numbers anew; else it is the very same stimulus.</summary>
    public bool Redraw { get; init; }

    /// <summary>Gray before the first trial, s.</summary>
    [Within(0, 36000)]
    public double BeforeSeconds { get; init; }

    /// <summary>Gray between trials, s.</summary>
    [Within(0, 36000)]
    public double BetweenSeconds { get; init; }

    /// <summary>Gray after the last trial, s.</summary>
    [Within(0, 36000)]
    public double AfterSeconds { get; init; }
}
