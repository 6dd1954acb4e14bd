using LoopRig.Torch;

namespace LoopRig.Models;

/// <summary>A network that can hand out its stages while it steps, by the names of the golden files: what the checks compare.</summary>
internal interface IStagedNetwork : INetwork
{
    /// <summary>As <see cref="INetwork.Step"/>, telling each stage; temporaries are left to the scope that is open.</summary>
    (Tensor Output, Tensor[] State) Step(Tensor[] inputs, Tensor[] state, Action<string, Tensor>? stage);
}
