using System.Runtime.InteropServices;

namespace LoopRig.Native.Glfw;

/// <summary>The functions of glfw3.h (3.3) that the renderer uses, one to one.</summary>
internal static partial class GlfwNative
{
    internal const int True = 1, DontCare = -1;
    internal const int Resizable = 0x00020003, Decorated = 0x00020005, AutoIconify = 0x00020006, Floating = 0x00020007;
    internal const int RefreshRate = 0x0002100F, DoubleBuffer = 0x00021010;
    internal const int ClientApi = 0x00022001, ContextMajor = 0x00022002, ContextMinor = 0x00022003, OpenGlProfile = 0x00022008;
    internal const int OpenGlApi = 0x00030001, CoreProfile = 0x00032001;
    internal const int Cursor = 0x00033001, CursorHidden = 0x00034002;
    internal const int Focused = 0x00020001, Iconified = 0x00020002, CocoaChdir = 0x00051001;

    static GlfwNative() => NativeLoader.Register();

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwInit")]
    internal static partial int Init();

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwTerminate")]
    internal static partial void Terminate();

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwGetError")]
    internal static unsafe partial int GetError(byte** description);

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwDefaultWindowHints")]
    internal static partial void DefaultWindowHints();

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwWindowHint")]
    internal static partial void WindowHint(int hint, int value);

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwCreateWindow", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint CreateWindow(int width, int height, string title, nint monitor, nint share);

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwDestroyWindow")]
    internal static partial void DestroyWindow(nint window);

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwMakeContextCurrent")]
    internal static partial void MakeContextCurrent(nint window);

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwSwapInterval")]
    internal static partial void SwapInterval(int interval);

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwSwapBuffers")]
    internal static partial void SwapBuffers(nint window);

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwPollEvents")]
    internal static partial void PollEvents();

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwWindowShouldClose")]
    internal static partial int WindowShouldClose(nint window);

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwSetInputMode")]
    internal static partial void SetInputMode(nint window, int mode, int value);

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwGetWindowAttrib")]
    internal static partial int GetWindowAttribute(nint window, int attribute);

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwGetFramebufferSize")]
    internal static unsafe partial void GetFramebufferSize(nint window, int* width, int* height);

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwGetProcAddress", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint GetProcAddress(string name);

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwExtensionSupported", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ExtensionSupported(string name);

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwGetMonitors")]
    internal static unsafe partial nint* GetMonitors(int* count);

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwGetWindowMonitor")]
    internal static partial nint GetWindowMonitor(nint window);

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwGetMonitorName")]
    internal static partial nint GetMonitorName(nint monitor);

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwGetVideoMode")]
    internal static unsafe partial GlfwVideoMode* GetVideoMode(nint monitor);

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwGetX11Display")]
    internal static partial nint GetX11Display();

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwGetX11Window")]
    internal static partial nuint GetX11Window(nint window);

    [LibraryImport(NativeLoader.Glfw, EntryPoint = "glfwGetGLXWindow")]
    internal static partial nuint GetGlxWindow(nint window);
}
