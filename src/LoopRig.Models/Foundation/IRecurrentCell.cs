using LoopRig.Torch;

namespace LoopRig.Models.Foundation;

/// <summary>A recurrent cell over the core's map. It folds its weights once and then runs through frames: one in a step, a sequence in training.</summary>
internal interface IRecurrentCell
{
    /// <summary>Runs through frames.</summary>
    /// <param name="joined">Makes a frame's input from its number and the hidden state, both joined group by group: [N, 2 hidden, H, W].</param>
    /// <param name="frames">How many frames.</param>
    /// <param name="hidden">h before the first, [N, hidden, H, W].</param>
    /// <param name="cell">c before the first, [N, hidden, H, W].</param>
    /// <param name="mask">[N, hidden, 1, 1]: dropout of the hidden state, or null.</param>
    /// <returns>h behind each frame, and c behind the last.</returns>
    (Tensor[] Hidden, Tensor Cell) Run(Func<int, Tensor, Tensor> joined, int frames, Tensor hidden, Tensor cell, Tensor? mask);
}
