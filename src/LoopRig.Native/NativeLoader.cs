using System.Reflection;
using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Native;

/// <summary>Finds the native libraries of this assembly, each at its first call: a verb that needs none loads none.</summary>
internal static unsafe class NativeLoader
{
    internal const string Zmq = "libzmq.so.5";
    internal const string OpenCv = "looprig_opencv";
    internal const string LibC = "libc";
    internal const string Egl = "libEGL.so.1";
    internal const string Glfw = "libglfw.so.3";

    private const string OpenCvFile = "liblooprig_opencv.so";
    private const int OpenCvAbi = 3;

    static NativeLoader() => NativeLibrary.SetDllImportResolver(typeof(NativeLoader).Assembly, Resolve);

    /// <summary>Called by the static constructor of each class of imports; the first call installs the resolver.</summary>
    internal static void Register()
    {
    }

    // What is thrown here reaches the caller of the import as it is; in the imports' static constructors it would come wrapped.
    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name switch
    {
        Zmq => LoadSystem(Zmq, "libzmq5"),
        OpenCv => LoadOpenCv(),
        Egl => LoadSystem(Egl, "libegl1"),
        Glfw => LoadSystem(Glfw, "libglfw3"),
        _ => IntPtr.Zero,
    };

    private static IntPtr LoadSystem(string name, string package)
    {
        if (NativeLibrary.TryLoad(name, out IntPtr handle)) return handle;
        throw new NativeLibraryException($"{name} was not found; install the package {package}");
    }

    private static IntPtr LoadOpenCv()
    {
        string path = FindShim(Environment.GetEnvironmentVariable("LOOPRIG_NATIVE"), AppContext.BaseDirectory, "opencv", OpenCvFile);
        IntPtr handle = LoadShim(path);
        int abi = ((delegate* unmanaged<int>)NativeLibrary.GetExport(handle, "lrcv_abi_version"))();
        if (abi != OpenCvAbi) throw new NativeLibraryException($"{path} is of version {abi}, this program needs {OpenCvAbi}; run ./looprig, which builds it");

        // OpenCV would start a thread a processor and compete with the network's; frames of a rig are small.
        ((delegate* unmanaged<int, int>)NativeLibrary.GetExport(handle, "lrcv_set_threads"))(1);
        return handle;
    }

    /// <summary>Loads a shim, and says what to do when that fails.</summary>
    internal static IntPtr LoadShim(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw new NativeLibraryException($"{path} could not be loaded ({error.Message.Split('\n')[0]}); run ./looprig, which installs what it needs and builds it again", error);
        }
    }

    /// <summary>In LOOPRIG_NATIVE, else in the first artifacts/native above the program: both hold one folder a shim.</summary>
    internal static string FindShim(string? chosen, string program, string folder, string file)
    {
        if (!string.IsNullOrEmpty(chosen))
        {
            string path = Path.Combine(chosen, folder, file);
            return File.Exists(path) ? path : throw new NativeLibraryException($"{path} does not exist (LOOPRIG_NATIVE={chosen})");
        }

        for (DirectoryInfo? at = new(program); at is not null; at = at.Parent)
        {
            string path = Path.Combine(at.FullName, "artifacts", "native", folder, file);
            if (File.Exists(path)) return path;
        }

        throw new NativeLibraryException(
            $"{file} was not found in artifacts/native/{folder} of any folder above {program}; run ./looprig, which builds it, or set LOOPRIG_NATIVE to the folder that holds {folder}/");
    }
}
