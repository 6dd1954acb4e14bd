using System.Runtime.InteropServices;

namespace LoopRig.Native.Egl;

/// <summary>The functions of egl.h (1.5) that the renderer uses, one to one.</summary>
internal static partial class EglNative
{
    internal const int PlatformSurfacelessMesa = 0x31DD;
    internal const int PlatformDevice = 0x313F;
    internal const int OpenGlApi = 0x30A2;
    internal const int Extensions = 0x3055;
    internal const int Vendor = 0x3053;
    internal const int ContextMajor = 0x3098;
    internal const int ContextMinor = 0x30FB;
    internal const int ContextProfileMask = 0x30FD;
    internal const int CoreProfile = 1;
    internal const int None = 0x3038;
    internal const int Success = 0x3000;

    static EglNative() => NativeLoader.Register();

    [LibraryImport(NativeLoader.Egl, EntryPoint = "eglGetPlatformDisplay")]
    internal static unsafe partial nint GetPlatformDisplay(int platform, nint native, nint* attributes);

    [LibraryImport(NativeLoader.Egl, EntryPoint = "eglInitialize")]
    internal static unsafe partial int Initialize(nint display, int* major, int* minor);

    [LibraryImport(NativeLoader.Egl, EntryPoint = "eglTerminate")]
    internal static partial int Terminate(nint display);

    [LibraryImport(NativeLoader.Egl, EntryPoint = "eglBindAPI")]
    internal static partial int BindApi(int api);

    [LibraryImport(NativeLoader.Egl, EntryPoint = "eglCreateContext")]
    internal static unsafe partial nint CreateContext(nint display, nint config, nint share, int* attributes);

    [LibraryImport(NativeLoader.Egl, EntryPoint = "eglDestroyContext")]
    internal static partial int DestroyContext(nint display, nint context);

    [LibraryImport(NativeLoader.Egl, EntryPoint = "eglMakeCurrent")]
    internal static partial int MakeCurrent(nint display, nint draw, nint read, nint context);

    [LibraryImport(NativeLoader.Egl, EntryPoint = "eglGetError")]
    internal static partial int GetError();

    [LibraryImport(NativeLoader.Egl, EntryPoint = "eglQueryString")]
    internal static partial nint QueryString(nint display, int name);

    [LibraryImport(NativeLoader.Egl, EntryPoint = "eglGetProcAddress", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint GetProcAddress(string name);
}
