namespace LoopRig.Rig.Configuration;

/// <summary>The deadline.</summary>
public sealed class PredictionConfig
{
    /// <summary>How long after its bin closed a prediction must be out, milliseconds.</summary>
    [Range(0.1, 10_000)]
    public double DeadlineMs { get; init; } = 20;

    /// <summary>What goes out for a bin whose prediction is not there in time; it is marked as a fallback everywhere.</summary>
    public FallbackKind Fallback { get; init; } = FallbackKind.Hold;
}

/// <summary>What stands in for a prediction that was late.</summary>
public enum FallbackKind
{
    /// <summary>The values that went out last.</summary>
    Hold,
    /// <summary>The values of the network's own last prediction, also one that was itself too late to go out.</summary>
    LastPrediction,
    /// <summary>Nothing goes out; the gap is recorded.</summary>
    None,
}
