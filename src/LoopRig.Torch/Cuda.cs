using LoopRig.Core;
using LoopRig.Torch.Interop;

namespace LoopRig.Torch;

/// <summary>What concerns GPUs alone. Everything here needs a libtorch with CUDA; <see cref="IsAvailable"/> asks without failing.</summary>
public static unsafe class Cuda
{
    private static bool s_loaded;

    /// <summary>Whether libtorch has CUDA and sees a device.</summary>
    public static bool IsAvailable
    {
        get
        {
            try
            {
                return DeviceCount > 0;
            }
            catch (NativeLibraryException)
            {
                return false;
            }
        }
    }

    /// <summary>Number of devices.</summary>
    /// <exception cref="NativeLibraryException">This libtorch has no CUDA.</exception>
    public static int DeviceCount
    {
        get
        {
            int count;
            Status.Check(NativeMethods.lr_cuda_device_count(&count));
            return count;
        }
    }

    /// <summary>Makes sure that a device is there.</summary>
    /// <exception cref="NotReadyException">It is not.</exception>
    public static void Require(Device device)
    {
        if (device.IsCpu) return;
        int count;
        try
        {
            count = DeviceCount;
        }
        catch (NativeLibraryException e)
        {
            throw new NotReadyException($"{device} is not there: {e.Message}", e);
        }
        if (device.Index >= count) throw new NotReadyException($"{device} is not there: {(count == 0 ? "libtorch sees no GPU" : $"libtorch sees {count}, from cuda:0 on")}");
    }

    /// <summary>Waits until a device has done all that was queued.</summary>
    public static void Synchronize(int device = 0) => Status.Check(NativeMethods.lr_cuda_synchronize(device));

    /// <summary>Queues a copy on the calling thread's current stream; it returns at once if the host's side is pinned.</summary>
    public static void Copy(Tensor to, Tensor from)
    {
        Status.Check(NativeMethods.lr_cuda_copy(to.Handle, from.Handle));
        GC.KeepAlive(to);
        GC.KeepAlive(from);
    }

    /// <summary>Brings libtorch's CUDA operators into the process, once.</summary>
    internal static void Load()
    {
        if (!s_loaded) s_loaded = DeviceCount >= 0;
    }

    internal static Tensor Pin(Tensor tensor)
    {
        nint pinned;
        Status.Check(NativeMethods.lr_cuda_pin(tensor.Handle, &pinned));
        GC.KeepAlive(tensor);
        return Tensor.Take(pinned);
    }
}
