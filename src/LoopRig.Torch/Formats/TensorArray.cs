namespace LoopRig.Torch.Formats;

/// <summary>A tensor as an array to write. The tensor is borrowed.</summary>
internal sealed unsafe class TensorArray(string name, Tensor tensor) : NamedArray(name, TensorArrays.TypeOf(tensor), tensor.Shape)
{
    private protected override void Fill(Span<byte> destination)
    {
        using Tensor detached = tensor.Detach();
        using Tensor here = detached.To(Device.Cpu);
        using Tensor packed = here.Contiguous();
        new ReadOnlySpan<byte>(packed.DataPointer(), destination.Length).CopyTo(destination);
    }
}
