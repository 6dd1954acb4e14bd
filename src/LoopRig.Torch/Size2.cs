namespace LoopRig.Torch;

/// <summary>Two numbers of an image operator (kernel, stride, padding), rows first.</summary>
/// <param name="Height">Along the rows.</param>
/// <param name="Width">Along the columns.</param>
public readonly record struct Size2(long Height, long Width)
{
    /// <summary>(0, 0).</summary>
    public static Size2 Zero => default;

    /// <summary>(1, 1).</summary>
    public static Size2 One => new(1, 1);

    /// <summary>The same number both ways.</summary>
    public static implicit operator Size2(long both) => new(both, both);

    /// <summary>Height and width.</summary>
    public static implicit operator Size2((long Height, long Width) size) => new(size.Height, size.Width);
}
