using LoopRig.Core;
using LoopRig.Torch.Interop;

namespace LoopRig.Torch;

// Gradients.
public sealed unsafe partial class Tensor
{
    private static readonly Op s_detach = Op.Get("aten::detach");
    private static readonly Op s_zero = Op.Get("aten::zero_");

    /// <summary>Whether operators on this tensor are recorded for gradients.</summary>
    public bool RequiresGrad
    {
        get => Info.RequiresGrad != 0;
        set => Status.Check(NativeMethods.lr_tensor_set_requires_grad(Handle, value ? 1 : 0));
    }

    /// <summary>
    /// The accumulated gradient: a new handle of it, or null. It is added to by every <see cref="Backward"/>, and setting null clears it.
    /// </summary>
    public Tensor? Grad
    {
        get
        {
            nint gradient;
            Status.Check(NativeMethods.lr_tensor_grad(Handle, &gradient));
            return gradient == 0 ? null : Take(gradient);
        }
        set
        {
            Status.Check(NativeMethods.lr_tensor_set_grad(Handle, value?.Handle ?? 0));
            GC.KeepAlive(value);
        }
    }

    /// <summary>Adds to the gradient of every leaf that this tensor was computed from.</summary>
    /// <param name="gradient">Gradient of this tensor; may be absent for one number.</param>
    /// <param name="retainGraph">Keeps the graph for another pass.</param>
    /// <param name="createGraph">Makes the gradients differentiable themselves.</param>
    /// <exception cref="TorchException">The tensor has no graph, or more than one element and no gradient.</exception>
    public void Backward(Tensor? gradient = null, bool retainGraph = false, bool createGraph = false)
    {
        Status.Check(NativeMethods.lr_tensor_backward(Handle, gradient?.Handle ?? 0, retainGraph || createGraph ? 1 : 0, createGraph ? 1 : 0));
        GC.KeepAlive(gradient);
        GC.KeepAlive(this);
    }

    /// <summary>The same elements outside every graph.</summary>
    public Tensor Detach() => s_detach.Call(this);

    /// <summary>Sets every element to zero in place.</summary>
    public void Zero() => s_zero.Invoke(this);
}
