using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Torch.Interop;

/// <summary>Turns the shim's status into an exception that carries the shim's message.</summary>
internal static class Status
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Check(int status)
    {
        if (status != 0) Throw();
    }

    [DoesNotReturn]
    public static void Throw() => throw new TorchException(LastMessage());

    public static unsafe string LastMessage() => Marshal.PtrToStringUTF8((nint)NativeMethods.lr_last_error()) ?? "";
}
