using System.Runtime.InteropServices;
using LoopRig.Torch.Interop;

namespace LoopRig.Torch;

/// <summary>A queue of a GPU: what is queued on one runs in order, beside other queues.</summary>
public sealed unsafe class CudaStream : SafeHandle
{
    /// <summary>Takes a stream of libtorch's pool.</summary>
    /// <param name="device">Which GPU.</param>
    /// <param name="highPriority">Whether it goes before streams without.</param>
    /// <exception cref="Core.NativeLibraryException">This libtorch has no CUDA.</exception>
    public CudaStream(int device = 0, bool highPriority = false) : base(0, ownsHandle: true)
    {
        nint stream;
        Status.Check(NativeMethods.lr_cuda_stream_new(device, highPriority ? 1 : 0, &stream));
        SetHandle(stream);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Waits until everything queued here is done.</summary>
    public void Synchronize()
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        Status.Check(NativeMethods.lr_cuda_stream_synchronize(handle));
    }

    /// <summary>Makes this the calling thread's current stream until the result is disposed, on the same thread.</summary>
    public Use Enter()
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        nint guard;
        Status.Check(NativeMethods.lr_cuda_stream_enter(handle, &guard));
        return new Use(guard);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => NativeMethods.lr_cuda_stream_free(handle) == 0;

    /// <summary>Restores the stream that was current before.</summary>
    public readonly struct Use : IDisposable
    {
        private readonly nint _guard;

        internal Use(nint guard) => _guard = guard;

        /// <summary>Restores the stream that was current before.</summary>
        public void Dispose()
        {
            if (_guard != 0) Status.Check(NativeMethods.lr_cuda_stream_leave(_guard));
        }
    }
}
