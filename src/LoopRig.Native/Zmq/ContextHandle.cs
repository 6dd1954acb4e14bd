using System.Runtime.InteropServices;

namespace LoopRig.Native.Zmq;

/// <summary>Owns a libzmq context. Each open socket holds a reference, so the context ends after its last socket and never blocks in doing so.</summary>
internal sealed class ContextHandle : SafeHandle
{
    internal ContextHandle() : base(0, ownsHandle: true) => SetHandle(ZmqNative.ContextNew());

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => ZmqNative.ContextTerm(handle) == 0;
}
