using System.Runtime.InteropServices;
using System.Text;
using LoopRig.Core;
using LoopRig.Torch.Interop;

namespace LoopRig.Torch;

/// <summary>The library as a whole: version, threads, seed, and the count of live tensors.</summary>
public static unsafe class LibTorch
{
    /// <summary>Version of the libtorch that the shim was built for.</summary>
    public static Version Version
    {
        get
        {
            int major, minor, patch;
            Status.Check(NativeMethods.lr_libtorch_version(&major, &minor, &patch));
            return new Version(major, minor, patch);
        }
    }

    /// <summary>
    /// Threads inside one operator, for the thread that asks (OpenMP keeps the number by thread). One is often best in a live loop:
    /// waking a second thread costs more than a small network gains, and its worst case is the scheduler's.
    /// </summary>
    public static int NumThreads
    {
        get
        {
            int threads;
            Status.Check(NativeMethods.lr_get_num_threads(&threads));
            return threads;
        }
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            Status.Check(NativeMethods.lr_set_num_threads(value));
        }
    }

    /// <summary>Tensor handles that are alive in this process: what a leak test compares.</summary>
    public static long LiveTensors => NativeMethods.lr_live_tensors();

    /// <summary>Instruction set of the shim's own kernels on this processor: avx512, avx2 or portable.</summary>
    public static string Kernels
    {
        get
        {
            byte* name;
            Status.Check(NativeMethods.lr_kernels(&name));
            return Marshal.PtrToStringUTF8((nint)name)!;
        }
    }

    /// <summary>Seeds the default source of random numbers of every device.</summary>
    public static void ManualSeed(ulong seed) => Status.Check(NativeMethods.lr_manual_seed(seed));

    /// <summary>Whether numbers too small for a normal float become zero on the calling thread; slow otherwise on most processors. False: not supported here.</summary>
    public static bool SetFlushDenormal(bool on)
    {
        int supported;
        Status.Check(NativeMethods.lr_set_flush_denormal(on ? 1 : 0, &supported));
        return supported != 0;
    }

    /// <summary>Whether a GPU may multiply with 10-bit mantissas (TF32): faster, but no longer equal to the processor to four digits.</summary>
    public static void SetAllowTf32(bool on) => Status.Check(NativeMethods.lr_set_allow_tf32(on ? 1 : 0));

    /// <summary>For tests: another instruction set's kernels. No program that was made for one may run with another.</summary>
    /// <exception cref="TorchException">This processor does not run them.</exception>
    internal static void ChooseKernels(string name)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes(name + '\0')) Status.Check(NativeMethods.lr_choose_kernels(text));
    }
}
