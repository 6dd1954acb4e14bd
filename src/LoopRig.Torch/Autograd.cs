using LoopRig.Core;
using LoopRig.Torch.Interop;

namespace LoopRig.Torch;

/// <summary>Gradients as values, where <see cref="Tensor.Backward"/> would add them to the leaves.</summary>
public static unsafe class Autograd
{
    /// <summary>Gradients of the outputs, summed with their weights, by each input.</summary>
    /// <param name="outputs">What is differentiated.</param>
    /// <param name="inputs">By what; each part of the graph.</param>
    /// <param name="outputGradients">Weight of each output; null for outputs of one number.</param>
    /// <param name="retainGraph">Keeps the graph for another pass.</param>
    /// <param name="createGraph">Makes the gradients differentiable themselves.</param>
    /// <param name="allowUnused">An input that plays no part gives null in place of an error.</param>
    /// <exception cref="TorchException">The outputs have no graph, or an input plays no part.</exception>
    public static Tensor?[] Grad(Tensor[] outputs, Tensor[] inputs, Tensor[]? outputGradients = null, bool retainGraph = false, bool createGraph = false, bool allowUnused = false)
    {
        if (outputGradients is not null && outputGradients.Length != outputs.Length) throw new ArgumentException("one gradient an output is needed", nameof(outputGradients));
        var from = Array.ConvertAll(outputs, tensor => tensor.Handle);
        var by = Array.ConvertAll(inputs, tensor => tensor.Handle);
        var weights = outputGradients is null ? null : Array.ConvertAll(outputGradients, tensor => tensor.Handle);
        var gradients = new nint[inputs.Length];
        fixed (nint* f = from, b = by, w = weights, g = gradients)
            Status.Check(NativeMethods.lr_autograd_grad(f, from.Length, b, by.Length, w, retainGraph || createGraph ? 1 : 0, createGraph ? 1 : 0, allowUnused ? 1 : 0, g));
        GC.KeepAlive(outputs);
        GC.KeepAlive(inputs);
        GC.KeepAlive(outputGradients);
        return Array.ConvertAll(gradients, handle => handle == 0 ? null : Tensor.Take(handle));
    }
}
