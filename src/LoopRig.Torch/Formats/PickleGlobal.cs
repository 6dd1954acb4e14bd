namespace LoopRig.Torch.Formats;

/// <summary>A name of <see cref="PickleGlobals"/>, as "module.attribute"; <see cref="StorageType"/> when it is a storage class.</summary>
internal sealed record PickleGlobal(string Name, ArrayType? StorageType = null);
