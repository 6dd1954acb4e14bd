using System.Runtime.InteropServices;

namespace LoopRig.Torch.Interop;

/// <summary><c>lr_tensor_info</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TensorInfo
{
    public int DType;
    public int DeviceType;
    public int DeviceIndex;
    public int Rank;
    public long Elements;
    public int Contiguous;
    public int RequiresGrad;
}
