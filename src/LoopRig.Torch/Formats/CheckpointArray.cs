using LoopRig.Core;

namespace LoopRig.Torch.Formats;

/// <summary>A tensor of an open PyTorch checkpoint, gathered from its storage when it is read.</summary>
internal sealed class CheckpointArray(string name, PickledTensor tensor, CheckpointStorages storages)
    : NamedArray(name, tensor.Storage.Type, tensor.Shape)
{
    private protected override void Fill(Span<byte> destination)
    {
        int size = ArrayTypes.Size(Type);
        if (IsContiguous())
        {
            storages.Read(Name, tensor.Storage, tensor.Offset * size, destination);
            return;
        }
        if (tensor.Extent * size > Array.MaxLength)
            throw new LoopRigException($"array '{Name}' is a view that spans {tensor.Extent * size} bytes of its storage; up to {Array.MaxLength} can be read");
        byte[] span = new byte[tensor.Extent * size];
        storages.Read(Name, tensor.Storage, tensor.Offset * size, span);
        Gather(span, destination, size);
    }

    private bool IsContiguous()
    {
        long expected = 1;
        for (int i = Shape.Length - 1; i >= 0; i--)
        {
            if (Shape[i] == 1) continue;
            if (tensor.Strides[i] != expected) return false;
            expected *= Shape[i];
        }
        return true;
    }

    private void Gather(ReadOnlySpan<byte> source, Span<byte> destination, int size)
    {
        long[] index = new long[Shape.Length];
        long from = 0;
        for (int to = 0; to < destination.Length; to += size)
        {
            source.Slice((int)from * size, size).CopyTo(destination[to..]);
            // Count up like an odometer, innermost first, and move the source along.
            for (int i = index.Length - 1; i >= 0; i--)
            {
                from += tensor.Strides[i];
                if (++index[i] < Shape[i]) break;
                from -= index[i] * tensor.Strides[i];
                index[i] = 0;
            }
        }
    }
}
