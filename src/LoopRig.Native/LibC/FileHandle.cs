using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Native.LibC;

/// <summary>Owns a file descriptor.</summary>
public sealed class FileHandle : SafeHandle
{
    internal FileHandle(int file, string what) : base(-1, ownsHandle: true)
    {
        int error = Marshal.GetLastPInvokeError();
        SetHandle(file);
        if (file < 0) throw new DeviceException(what, $"could not be opened: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle < 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => LibCNative.Close((int)handle) == 0;
}
