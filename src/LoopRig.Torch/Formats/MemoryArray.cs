namespace LoopRig.Torch.Formats;

/// <summary>An array whose bytes are in memory: what a writer is given.</summary>
public sealed class MemoryArray : NamedArray
{
    private readonly ReadOnlyMemory<byte> _bytes;

    /// <summary>Borrows <paramref name="bytes"/> (contiguous, row-major, little-endian) for the life of this object.</summary>
    /// <exception cref="ArgumentException">The bytes do not fit the shape.</exception>
    public MemoryArray(string name, ArrayType type, long[] shape, ReadOnlyMemory<byte> bytes) : base(name, type, shape)
    {
        if (bytes.Length != ByteLength)
            throw new ArgumentException($"{bytes.Length} bytes given for {this}, which takes {ByteLength}", nameof(bytes));
        _bytes = bytes;
    }

    private protected override void Fill(Span<byte> destination) => _bytes.Span.CopyTo(destination);
}
