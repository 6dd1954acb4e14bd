namespace LoopRig.Training;

/// <summary>What one pass came to.</summary>
/// <param name="Epoch">The pass, from 1.</param>
/// <param name="Step">Steps made in all.</param>
/// <param name="Seconds">Time since training began, earlier runs that were resumed included.</param>
/// <param name="LearningRate">Of the pass.</param>
/// <param name="TrainingLoss">Mean over the pass, penalties included.</param>
/// <param name="GradientNorm">Mean norm of the gradient before any clipping.</param>
/// <param name="Validation">On held-out data after the pass.</param>
/// <param name="SamplesPerSecond">Samples trained on a second, over all passes.</param>
/// <param name="IsBest">Whether it is the best pass so far.</param>
public sealed record EpochRecord(
    int Epoch, long Step, double Seconds, double LearningRate, double TrainingLoss, double GradientNorm, ValidationResult Validation, double SamplesPerSecond, bool IsBest);
