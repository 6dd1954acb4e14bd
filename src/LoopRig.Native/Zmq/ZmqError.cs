using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Native.Zmq;

/// <summary>Turns libzmq's errno into the rig's exceptions.</summary>
internal static class ZmqError
{
    /// <summary>Throws for the call that has just failed.</summary>
    /// <param name="what">the endpoint, or the socket's type</param>
    /// <param name="verb">what was tried</param>
    [DoesNotReturn]
    internal static void Throw(string what, string verb)
    {
        int error = Marshal.GetLastPInvokeError();
        throw new DeviceException(what, error switch
        {
            ZmqNative.EAddrInUse => "port in use, by another program or another socket of this one",
            ZmqNative.ENoDev or ZmqNative.EAddrNotAvail => "no such address on this machine",
            ZmqNative.ETerm => $"{verb}: the messaging context was shut down",
            _ => $"{verb} failed: {Marshal.PtrToStringUTF8(ZmqNative.ErrorText(error))} (errno {error})",
        });
    }
}
