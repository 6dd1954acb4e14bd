namespace LoopRig.Training;

/// <summary>What training came to; the networks hold the weights of the best epoch.</summary>
public sealed record TrainingResult
{
    /// <summary>The pass, from 1, after which validation was best; 0 when it was stopped in the first.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>Passes made.</summary>
    public required int Epochs { get; init; }

    /// <summary>Steps made.</summary>
    public required long Steps { get; init; }

    /// <summary>Loss of the responses at each validation.</summary>
    public required double[] ValidationLosses { get; init; }

    /// <summary>Correlation at each validation: mean over units, then over sessions.</summary>
    public required double[] ValidationCorrelations { get; init; }

    /// <summary>Whether it came to its end; false when it was stopped.</summary>
    public required bool Finished { get; init; }

    /// <summary>Time taken, earlier runs that were resumed included.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Samples trained on a second, validation left out.</summary>
    public required double SamplesPerSecond { get; init; }
}
