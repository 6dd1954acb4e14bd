using LoopRig.Torch;

namespace LoopRig.Models;

/// <summary>What a network gives in training.</summary>
/// <param name="Responses">[N, U], or [N, k, U] where <see cref="INetwork.AnswersEveryFrame"/>; or [S, N, U], S predictions that are to match one by one.</param>
/// <param name="Penalty">One number that is added to the loss, already weighted; null for none.</param>
public readonly record struct TrainingPass(Tensor Responses, Tensor? Penalty);
