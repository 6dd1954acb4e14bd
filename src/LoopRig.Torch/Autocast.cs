using LoopRig.Core;
using LoopRig.Torch.Interop;

namespace LoopRig.Torch;

/// <summary>
/// Until it is disposed (on the same thread, innermost first), each operator on a device's tensors chooses its own precision, as PyTorch's autocast: products
/// and convolutions take and give 16-bit floats, operators that need the range or the digits take 32-bit ones, all others what they are given. Weights are
/// converted once, and forgotten at the end. Backward passes belong outside: they follow what the forward pass did.
/// </summary>
public readonly unsafe struct Autocast : IDisposable
{
    private readonly nint _guard;

    /// <summary>Switches it on.</summary>
    /// <param name="device">The device; all of its kind are meant.</param>
    /// <param name="dtype">What products take: <see cref="ScalarType.BFloat16"/>, or on CUDA also <see cref="ScalarType.Float16"/>.</param>
    /// <exception cref="TorchException">Neither the CPU nor CUDA.</exception>
    public Autocast(Device device, ScalarType dtype = ScalarType.BFloat16)
    {
        nint guard;
        Status.Check(NativeMethods.lr_autocast_enter(device.Type, (int)dtype, &guard));
        _guard = guard;
    }

    /// <summary>Restores what was before.</summary>
    public void Dispose()
    {
        if (_guard != 0) Status.Check(NativeMethods.lr_autocast_leave(_guard));
    }
}
