namespace LoopRig.Synthesis;

/// <summary>How many diverse stimuli are sought and what they owe.</summary>
public sealed record DiverseSettings
{
    /// <summary>How many; at least 2.</summary>
    public int Count { get; init; } = 9;

    /// <summary>Least share of the most exciting stimulus's activation.</summary>
    public double LeastShare { get; init; } = 0.85;

    /// <summary>What they are to differ from.</summary>
    public Difference From { get; init; }

    /// <summary>Weight of the distance (root mean square, in deviations of the best stimulus) against a share of activation that is missing.</summary>
    public double Weight { get; init; } = 0.1;
}
