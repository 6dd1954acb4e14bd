namespace LoopRig.Training;

/// <summary>An exponential moving average of weights and running statistics.</summary>
public sealed record AveragingConfig
{
    /// <summary>Share of the average that a step keeps; in the first steps less: (1 + t) / (10 + t).</summary>
    public double Decay { get; init; } = 0.999;
}
