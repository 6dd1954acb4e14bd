using LoopRig.Core;

namespace LoopRig.Torch.Formats;

/// <summary>A tensor of a pickle: a strided view of a storage, checked to lie inside it.</summary>
internal sealed record PickledTensor(PickledStorage Storage, long Offset, long[] Shape, long[] Strides)
{
    /// <summary>A view may repeat elements (stride 0); above this size, in bytes, it must not be larger than its storage.</summary>
    private const long MaxExpandedBytes = 1L << 28;

    /// <summary>Elements from the first to the last one used, both included; 0 for an empty tensor.</summary>
    internal long Extent { get; private init; }

    internal static PickledTensor Create(string path, PickledStorage storage, long offset, long[] shape, long[] strides)
    {
        long bytes = ArrayTypes.ByteLength(storage.Type, shape);
        string what = $"a tensor of shape {NamedArray.ShapeText(shape)} and strides {NamedArray.ShapeText(strides)}";
        if (bytes < 0 || shape.Length != strides.Length) throw new DataFileException(path, $"{what} is not possible");
        long extent = bytes == 0 ? 0 : 1;
        for (int i = 0; i < shape.Length && bytes > 0; i++)
        {
            // Checked before the product, so it cannot overflow.
            if (shape[i] > 1 && strides[i] > storage.Elements / (shape[i] - 1)) extent = long.MaxValue / 2;
            else extent += (shape[i] - 1) * strides[i];
            if (extent > storage.Elements) throw new DataFileException(path, $"{what} reaches outside storage {storage.Key} of {storage.Elements} elements");
        }
        if (offset < 0 || offset > storage.Elements - extent)
            throw new DataFileException(path, $"{what} at offset {offset} reaches outside storage {storage.Key} of {storage.Elements} elements");
        if (bytes > MaxExpandedBytes && bytes / ArrayTypes.Size(storage.Type) > storage.Elements)
            throw new DataFileException(path, $"{what} repeats the {storage.Elements} elements of storage {storage.Key} into {bytes} bytes");
        return new PickledTensor(storage, offset, shape, strides) { Extent = extent };
    }
}
