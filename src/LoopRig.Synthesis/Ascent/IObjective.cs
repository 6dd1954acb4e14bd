using LoopRig.Torch;

namespace LoopRig.Synthesis;

/// <summary>What is driven up.</summary>
internal interface IObjective : IDisposable
{
    /// <summary>One score a stimulus, [N], differentiable.</summary>
    /// <param name="seen">Stimuli [N, T, C, H, W] as the network sees them.</param>
    /// <param name="vectors">Values of the optimised vector inputs, [N, D].</param>
    /// <param name="chance">Draws what the recipe leaves to chance; null: nothing is.</param>
    Tensor Scores(Tensor seen, IReadOnlyDictionary<string, Tensor> vectors, Random? chance);
}
