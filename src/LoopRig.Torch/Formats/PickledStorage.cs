using LoopRig.Core;

namespace LoopRig.Torch.Formats;

/// <summary>A storage that tensors look into: the entry data/<see cref="Key"/> of the archive, <see cref="Elements"/> long.</summary>
internal sealed record PickledStorage(ArrayType Type, string Key, long Elements)
{
    // Far above any memory, far below where a product with an element's size could overflow.
    private const long MaxElements = 1L << 48;

    /// <summary>Reads the tuple ('storage', class, key, device, elements). The device is ignored: every tensor loads on the CPU.</summary>
    internal static PickledStorage FromPersistentId(string path, object? id)
    {
        if (id is object?[] and ["storage", PickleGlobal { StorageType: ArrayType type }, string key, string, long and >= 0 and <= MaxElements and var elements, ..])
            return new PickledStorage(type, key, elements);
        throw new DataFileException(path, $"is refused: a persistent id that is not a tensor's storage");
    }
}
