using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Torch.Interop;

/// <summary>
/// Finds the shim on the first call into it: in <c>$LOOPRIG_NATIVE/torch</c>, else in <c>artifacts/native/torch</c> of the nearest
/// folder above the program. The launcher makes that a link to the build that fits the chosen libtorch.
/// </summary>
internal static class ShimLoader
{
    private const int AbiVersion = 2;
    private static int s_abiChecked;

#pragma warning disable CA2255 // The resolver must stand before the first import of this assembly is bound, whoever makes it.
    [ModuleInitializer]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(ShimLoader).Assembly, Resolve);
#pragma warning restore CA2255

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name is not (NativeMethods.Library or NativeMethods.CudaLibrary)) return 0;
        var file = $"lib{name}.so";
        var tried = new List<string>();
        foreach (var folder in Folders())
        {
            var candidate = Path.Combine(folder, file);
            tried.Add(candidate);
            if (!File.Exists(candidate)) continue;
            nint library;
            try
            {
                library = NativeLibrary.Load(candidate);
            }
            catch (DllNotFoundException e)
            {
                throw new NativeLibraryException($"{candidate} is there but does not load (is the libtorch that it was built for still installed?): {e.Message}", e);
            }
            if (name == NativeMethods.Library) CheckAbi(library, candidate);
            return library;
        }
        if (name == NativeMethods.CudaLibrary)
            throw new NativeLibraryException($"this libtorch has no CUDA, or the CUDA headers were not found when its shim was built (LOOPRIG_LIBTORCH selects another libtorch). Looked for {string.Join(", ", tried)}");
        throw new NativeLibraryException($"the libtorch shim {file} is not built; ./looprig builds it. Looked for {string.Join(", ", tried)}");
    }

    private static IEnumerable<string> Folders()
    {
        if (Environment.GetEnvironmentVariable("LOOPRIG_NATIVE") is { Length: > 0 } chosen)
        {
            yield return Path.Combine(chosen, "torch");
            yield return chosen;
            yield break;
        }
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var native = Path.Combine(folder, "artifacts", "native");
            if (!Directory.Exists(native)) continue;
            yield return Path.Combine(native, "torch");
            yield break;
        }
    }

    private static unsafe void CheckAbi(nint library, string file)
    {
        if (Interlocked.Exchange(ref s_abiChecked, 1) != 0) return;
        var version = ((delegate* unmanaged<int>)NativeLibrary.GetExport(library, "lr_abi_version"))();
        if (version != AbiVersion) throw new NativeLibraryException($"{file} speaks version {version} of the shim, this program {AbiVersion}: build it again (./looprig does)");
    }
}
