using LoopRig.Torch.Interop;

namespace LoopRig.Torch;

/// <summary>Until it is disposed, the calling thread's operators build no graph: <c>using var _ = new NoGrad();</c></summary>
public readonly unsafe struct NoGrad : IDisposable
{
    private readonly int _restore;

    /// <summary>Switches the graph off.</summary>
    public NoGrad()
    {
        int before;
        Status.Check(NativeMethods.lr_grad_mode_exchange(0, &before));
        _restore = before;
    }

    /// <summary>Restores what was before.</summary>
    public void Dispose()
    {
        int ignored;
        if (_restore != 0) Status.Check(NativeMethods.lr_grad_mode_exchange(1, &ignored));
    }
}
