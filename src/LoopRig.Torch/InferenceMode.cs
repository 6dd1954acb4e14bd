using LoopRig.Torch.Interop;

namespace LoopRig.Torch;

/// <summary>
/// Until it is disposed (on the same thread, innermost first), operators build no graph and count no versions: the fastest eager form.
/// Tensors made inside can never take part in a graph.
/// </summary>
public readonly unsafe struct InferenceMode : IDisposable
{
    private readonly nint _guard;

    /// <summary>Enters the mode.</summary>
    public InferenceMode()
    {
        nint guard;
        Status.Check(NativeMethods.lr_inference_mode_enter(1, &guard));
        _guard = guard;
    }

    /// <summary>Leaves the mode.</summary>
    public void Dispose()
    {
        if (_guard != 0) Status.Check(NativeMethods.lr_inference_mode_leave(_guard));
    }
}
