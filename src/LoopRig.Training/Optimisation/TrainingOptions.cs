namespace LoopRig.Training;

/// <summary>How a network is trained. Defaults are those of Xu et al. 2023.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the data at most.</summary>
    public int Epochs { get; init; } = 50;

    /// <summary>Passes without a better validation loss after which training ends.</summary>
    public int Patience { get; init; } = 5;

    /// <summary>Windows of a batch.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>Adam's step.</summary>
    public double LearningRate { get; init; } = 2e-4;

    /// <summary>Decides the order of the windows and the dropout.</summary>
    public int Seed { get; init; }
}
