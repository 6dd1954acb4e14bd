using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Native.Glfw;

/// <summary>
/// A window with an OpenGL 4.5 context, or a whole screen. GLFW wants one thread: the one that opened the first window opens, polls and closes all of them;
/// the context may be current on another.
/// </summary>
public sealed unsafe class GlfwWindow : IDisposable
{
    private static readonly Lock s_gate = new();
    private static int s_windows;

    // The system's counters of refreshes and swaps; null where the driver has none.
    private delegate* unmanaged<nint, nuint, long*, long*, long*, int> _getSyncValues;
    private readonly bool _fillsScreen;
    private nint _window;

    /// <summary>Opens a window, or a whole screen where one is named.</summary>
    /// <param name="width">Columns, px.</param>
    /// <param name="height">Rows, px.</param>
    /// <param name="title">Its title.</param>
    /// <param name="screen">The screen to fill, by name or number; null: a window without a frame.</param>
    /// <exception cref="NotReadyException">There is no display, or no such screen.</exception>
    public GlfwWindow(int width, int height, string title, string? screen)
    {
        Acquire();
        try
        {
            GlfwNative.DefaultWindowHints();
            GlfwNative.WindowHint(GlfwNative.ClientApi, GlfwNative.OpenGlApi);
            GlfwNative.WindowHint(GlfwNative.ContextMajor, 4);
            GlfwNative.WindowHint(GlfwNative.ContextMinor, 5);
            GlfwNative.WindowHint(GlfwNative.OpenGlProfile, GlfwNative.CoreProfile);
            GlfwNative.WindowHint(GlfwNative.Resizable, 0);
            GlfwNative.WindowHint(GlfwNative.Decorated, 0);
            GlfwNative.WindowHint(GlfwNative.AutoIconify, 0);
            GlfwNative.WindowHint(GlfwNative.DoubleBuffer, GlfwNative.True);
            nint monitor = screen is null ? 0 : FindScreen(screen);
            _fillsScreen = monitor != 0;
            _window = GlfwNative.CreateWindow(width, height, title, monitor, 0);
            if (_window == 0) throw new NotReadyException($"no window of {width} x {height} px with OpenGL 4.5 can be opened: {LastError()}");
            GlfwNative.SetInputMode(_window, GlfwNative.Cursor, GlfwNative.CursorHidden);
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>Somebody, or the window system, has closed the window, or the screen that it filled was unplugged (GLFW then makes a window of it).</summary>
    public bool IsClosed => _window == 0 || GlfwNative.WindowShouldClose(_window) != 0 || _fillsScreen && GlfwNative.GetWindowMonitor(_window) == 0;

    /// <summary>Pixels across and down, which may differ from what was asked for.</summary>
    public (int Width, int Height) Size
    {
        get
        {
            int width, height;
            GlfwNative.GetFramebufferSize(_window, &width, &height);
            return (width, height);
        }
    }

    /// <summary>The driver counts the screen's refreshes and swaps (GLX_OML_sync_control).</summary>
    public bool HasSwapCounter => _getSyncValues != null;

    /// <summary>The monitors that are plugged in.</summary>
    /// <exception cref="NotReadyException">There is no display.</exception>
    public static ScreenInfo[] Screens()
    {
        Acquire();
        try
        {
            int count;
            nint* monitors = GlfwNative.GetMonitors(&count);
            ScreenInfo[] screens = new ScreenInfo[count];
            for (int i = 0; i < count; i++)
            {
                GlfwVideoMode* mode = GlfwNative.GetVideoMode(monitors[i]);
                screens[i] = new ScreenInfo(NameOf(monitors[i]), mode->Width, mode->Height, mode->RefreshRate);
            }

            return screens;
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Makes the context the calling thread's, and asks for a swap at every <paramref name="swapInterval"/>-th refresh (0: at once).</summary>
    public void MakeCurrent(int swapInterval)
    {
        GlfwNative.MakeContextCurrent(_window);
        GlfwNative.SwapInterval(swapInterval);
        if (GlfwNative.ExtensionSupported("GLX_OML_sync_control") != 0)
            _getSyncValues = (delegate* unmanaged<nint, nuint, long*, long*, long*, int>)GlfwNative.GetProcAddress("glXGetSyncValuesOML");
    }

    /// <summary>The address of a function of OpenGL; 0 if there is none. The context is current.</summary>
    public nint Find(string function) => GlfwNative.GetProcAddress(function);

    /// <summary>Shows what was drawn.</summary>
    public void Swap() => GlfwNative.SwapBuffers(_window);

    /// <summary>Takes what the window system has to say; on the thread that opened the window.</summary>
    public void Poll() => GlfwNative.PollEvents();

    /// <summary>When the screen was refreshed last (us of CLOCK_MONOTONIC with Mesa), how often it was, and how many swaps have happened; false where the driver does not say.</summary>
    public bool TryReadSync(out long refreshUs, out long refreshes, out long swaps)
    {
        long ust = 0, msc = 0, sbc = 0;
        bool read = _getSyncValues != null && _getSyncValues(GlfwNative.GetX11Display(), GlfwNative.GetGlxWindow(_window), &ust, &msc, &sbc) != 0;
        (refreshUs, refreshes, swaps) = (ust, msc, sbc);
        return read;
    }

    /// <summary>Closes the window; on the thread that opened it.</summary>
    public void Dispose()
    {
        if (_window == 0) return;
        GlfwNative.DestroyWindow(_window);
        _window = 0;
        Release();
    }

    private static nint FindScreen(string screen)
    {
        int count;
        nint* monitors = GlfwNative.GetMonitors(&count);
        for (int i = 0; i < count; i++)
        {
            if (NameOf(monitors[i]) == screen || i.ToString(System.Globalization.CultureInfo.InvariantCulture) == screen) return monitors[i];
        }

        string[] names = new string[count];
        for (int i = 0; i < count; i++) names[i] = $"{i} ({NameOf(monitors[i])})";
        throw new NotReadyException($"there is no screen '{screen}'; there is: {string.Join(", ", names)}");
    }

    private static string NameOf(nint monitor) => Marshal.PtrToStringUTF8(GlfwNative.GetMonitorName(monitor)) ?? "";

    private static void Acquire()
    {
        lock (s_gate)
        {
            if (s_windows == 0 && GlfwNative.Init() == 0) throw new NotReadyException($"there is no display to open a window on: {LastError()}");
            s_windows++;
        }
    }

    private static void Release()
    {
        lock (s_gate)
        {
            if (--s_windows == 0) GlfwNative.Terminate();
        }
    }

    private static string LastError()
    {
        byte* text = null;
        int code = GlfwNative.GetError(&text);
        return code == 0 ? "no reason given" : Marshal.PtrToStringUTF8((nint)text) ?? "";
    }
}
