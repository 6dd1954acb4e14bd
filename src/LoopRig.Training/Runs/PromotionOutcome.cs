namespace LoopRig.Training;

/// <summary>What came of retraining.</summary>
public sealed record PromotionOutcome
{
    /// <summary>The run.</summary>
    public required TrainingOutcome Training { get; init; }

    /// <summary>Whether it began with the promoted network's weights and statistics.</summary>
    public required bool StartedFromOld { get; init; }

    /// <summary>Whether the new network took the old one's place.</summary>
    public required bool Promoted { get; init; }

    /// <summary>The new network on held-out data; null when training was stopped.</summary>
    public EvaluationResult? New { get; init; }

    /// <summary>The old network on the same data; null where there was none.</summary>
    public EvaluationResult? Old { get; init; }

    /// <summary>New against old over units, correlation of single bins; null without an old one.</summary>
    public PairedTest? Test { get; init; }
}
