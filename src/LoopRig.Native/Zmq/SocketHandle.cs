using System.Runtime.InteropServices;

namespace LoopRig.Native.Zmq;

/// <summary>Owns a libzmq socket and a reference on its context.</summary>
internal sealed class SocketHandle : SafeHandle
{
    private readonly ContextHandle _context;

    internal SocketHandle(ContextHandle context, int type) : base(0, ownsHandle: true)
    {
        _context = context;
        bool added = false;
        context.DangerousAddRef(ref added);
        SetHandle(ZmqNative.Socket(context, type));
        if (IsInvalid)
        {
            context.DangerousRelease();
            SetHandleAsInvalid();
        }
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        bool closed = ZmqNative.Close(handle) == 0;
        _context.DangerousRelease();
        return closed;
    }
}
