using System.Runtime.InteropServices;
using LoopRig.Torch.Interop;

namespace LoopRig.Torch;

/// <summary>A seeded source of random numbers on the CPU (Mersenne Twister): the same seed gives the same numbers.</summary>
public sealed unsafe class Generator : SafeHandle
{
    /// <summary>Starts a source at a seed.</summary>
    public Generator(ulong seed) : base(0, ownsHandle: true)
    {
        nint generator;
        Status.Check(NativeMethods.lr_generator_new(seed, &generator));
        SetHandle(generator);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    internal nint Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return handle;
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => NativeMethods.lr_generator_free(handle) == 0;
}
