namespace LoopRig.Training;

/// <summary>What training came to; the network holds the weights of the best epoch.</summary>
/// <param name="BestEpoch">The pass, from 1, after which validation was best.</param>
/// <param name="Epochs">Passes made.</param>
/// <param name="ValidationLosses">Poisson loss of each validation.</param>
/// <param name="Duration">Time taken.</param>
/// <param name="SamplesPerSecond">Windows trained on a second, validation left out.</param>
public sealed record TrainingResult(int BestEpoch, int Epochs, double[] ValidationLosses, TimeSpan Duration, double SamplesPerSecond);
