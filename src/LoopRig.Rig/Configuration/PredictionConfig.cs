using LoopRig.Inference;

namespace LoopRig.Rig.Configuration;

/// <summary>The deadline.</summary>
public sealed class PredictionConfig
{
    /// <summary>How long after its bin closed a prediction must be out, milliseconds.</summary>
    [Range(0.1, 10_000)]
    public double DeadlineMs { get; init; } = 20;

    /// <summary>
    /// What goes out for a bin whose prediction is not there in time, marked as a fallback everywhere: what went out last (hold), the network's newest result
    /// however late (lastPrediction), or no values (none).
    /// </summary>
    public FallbackKind Fallback { get; init; } = FallbackKind.Hold;
}
