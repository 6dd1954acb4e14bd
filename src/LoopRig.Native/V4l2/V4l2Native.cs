using System.Runtime.InteropServices;

namespace LoopRig.Native.V4l2;

/// <summary>The C library's functions that a camera needs, one to one.</summary>
internal static unsafe partial class V4l2Native
{
    static V4l2Native() => NativeLoader.Register();

    [LibraryImport(NativeLoader.LibC, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Open(string path, int flags);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int IoControl(int file, nuint request, byte* argument);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "mmap", SetLastError = true)]
    internal static partial nint Map(nint address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport(NativeLoader.LibC, EntryPoint = "munmap", SetLastError = true)]
    internal static partial int Unmap(nint address, nuint length);
}
