using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Native.Egl;

/// <summary>
/// An OpenGL 4.5 context without window and display: pictures are drawn into textures and read back. Belongs to the thread that made it current; disposed
/// there.
/// </summary>
public sealed unsafe class EglContext : IDisposable
{
    private const int MostDevices = 16;

    private readonly nint _display;
    private nint _context;

    /// <summary>Creates the context: surfaceless (Mesa), else on the first device that has one (other drivers).</summary>
    /// <exception cref="NativeLibraryException">libEGL is not installed, or gives no OpenGL 4.5.</exception>
    public EglContext()
    {
        _display = Open(EglNative.PlatformSurfacelessMesa, 0);
        if (_display == 0) _display = OpenDevice();
        if (_display == 0) throw new NativeLibraryException("EGL opens no display without a screen; install the package libgl1-mesa-dri, or the graphics card's driver");
        if (EglNative.BindApi(EglNative.OpenGlApi) == 0) throw Failed("offers no OpenGL");
        int* attributes = stackalloc int[] { EglNative.ContextMajor, 4, EglNative.ContextMinor, 5, EglNative.ContextProfileMask, EglNative.CoreProfile, EglNative.None };
        _context = EglNative.CreateContext(_display, 0, 0, attributes);
        if (_context == 0) throw Failed("gives no OpenGL 4.5 context");
    }

    /// <summary>Whose EGL it is.</summary>
    public string Vendor => Marshal.PtrToStringUTF8(EglNative.QueryString(_display, EglNative.Vendor)) ?? "";

    /// <summary>Makes the context the calling thread's.</summary>
    public void MakeCurrent()
    {
        if (EglNative.MakeCurrent(_display, 0, 0, _context) == 0) throw Failed("cannot make the context current");
    }

    /// <summary>Takes the context from the calling thread, so that another may have it.</summary>
    public void Release() => _ = EglNative.MakeCurrent(_display, 0, 0, 0);

    /// <summary>The address of a function of OpenGL; 0 if there is none.</summary>
    public nint Find(string function) => EglNative.GetProcAddress(function);

    /// <summary>Destroys the context. The display stays open for the next one: it is the process's own.</summary>
    public void Dispose()
    {
        if (_context == 0) return;
        Release();
        _ = EglNative.DestroyContext(_display, _context);
        _context = 0;
    }

    // Drivers other than Mesa's: the first of their devices that can be opened.
    private static nint OpenDevice()
    {
        var query = (delegate* unmanaged<int, nint*, int*, int>)EglNative.GetProcAddress("eglQueryDevicesEXT");
        nint* devices = stackalloc nint[MostDevices];
        int count;
        if (query == null || query(MostDevices, devices, &count) == 0) return 0;
        for (int i = 0; i < count; i++)
        {
            nint display = Open(EglNative.PlatformDevice, devices[i]);
            if (display != 0) return display;
        }

        return 0;
    }

    private static nint Open(int platform, nint device)
    {
        nint display = EglNative.GetPlatformDisplay(platform, device, null);
        int major, minor;
        return display != 0 && EglNative.Initialize(display, &major, &minor) != 0 ? display : 0;
    }

    private static NativeLibraryException Failed(string what) => new($"EGL {what} (error 0x{EglNative.GetError():x})");
}
