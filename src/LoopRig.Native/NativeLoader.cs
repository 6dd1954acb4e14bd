using System.Reflection;
using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Native;

/// <summary>Finds the native libraries of this assembly, each at its first call: a verb that needs none loads none.</summary>
internal static class NativeLoader
{
    internal const string Zmq = "libzmq.so.5";
    internal const string OpenCv = "looprig_opencv";
    internal const string LibC = "libc";

    private const string OpenCvFile = "liblooprig_opencv.so";

    static NativeLoader() => NativeLibrary.SetDllImportResolver(typeof(NativeLoader).Assembly, Resolve);

    /// <summary>Called by the static constructor of each class of imports; the first call installs the resolver.</summary>
    internal static void Register()
    {
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name switch
    {
        Zmq => LoadSystem(Zmq, "libzmq5"),
        OpenCv => LoadShim("opencv", OpenCvFile),
        _ => IntPtr.Zero,
    };

    private static IntPtr LoadSystem(string name, string package)
    {
        if (NativeLibrary.TryLoad(name, out IntPtr handle)) return handle;
        throw new NativeLibraryException($"{name} was not found; install the package {package}");
    }

    private static IntPtr LoadShim(string folder, string file)
    {
        string path = ShimPath(folder, file);
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException error)
        {
            throw new NativeLibraryException($"{path} could not be loaded ({error.Message.Split('\n')[0]}); build it again with ./looprig or as its CMakeLists.txt says", error);
        }
    }

    // LOOPRIG_NATIVE, else the first artifacts/native above the program: both hold one folder a shim.
    private static string ShimPath(string folder, string file)
    {
        string? chosen = Environment.GetEnvironmentVariable("LOOPRIG_NATIVE");
        if (!string.IsNullOrEmpty(chosen))
        {
            string path = Path.Combine(chosen, folder, file);
            return File.Exists(path) ? path : throw new NativeLibraryException($"{path} does not exist (LOOPRIG_NATIVE={chosen})");
        }

        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string path = Path.Combine(at.FullName, "artifacts", "native", folder, file);
            if (File.Exists(path)) return path;
        }

        throw new NativeLibraryException(
            $"{file} was not found in artifacts/native/{folder} of any folder above {AppContext.BaseDirectory}; run ./looprig, which builds it, or set LOOPRIG_NATIVE to the folder that holds {folder}/");
    }
}
