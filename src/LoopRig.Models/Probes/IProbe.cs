using LoopRig.Torch;

namespace LoopRig.Models;

/// <summary>
/// Responses of chosen units, made for gradients by the inputs: evaluation mode, parameters as they were when it was made, and no more computed than the units
/// read. Results belong to the open scope. For one thread at a time.
/// </summary>
public interface IProbe : IDisposable
{
    /// <summary>Responses to windows of frames.</summary>
    /// <param name="windows">One a spec'd input, as <see cref="INetwork.Forward"/> takes them: [N, k, ...]; differentiable by each.</param>
    /// <param name="chance">
    /// What some published recipes leave to chance while they synthesise (dropout, one stream of several) is drawn by this and by libtorch's generator; null: nothing is.
    /// </param>
    /// <returns>[N, K], or [N, k, K] where <see cref="INetwork.AnswersEveryFrame"/>; K = 1 where each sample has its own unit.</returns>
    Tensor Respond(Tensor[] windows, Random? chance = null);
}
