namespace LoopRig.Torch;

/// <summary>Three numbers of a video operator (kernel, stride, padding), time first.</summary>
/// <param name="Depth">Along time.</param>
/// <param name="Height">Along the rows.</param>
/// <param name="Width">Along the columns.</param>
public readonly record struct Size3(long Depth, long Height, long Width)
{
    /// <summary>(0, 0, 0).</summary>
    public static Size3 Zero => default;

    /// <summary>(1, 1, 1).</summary>
    public static Size3 One => new(1, 1, 1);

    /// <summary>The same number all ways.</summary>
    public static implicit operator Size3(long all) => new(all, all, all);

    /// <summary>Depth, height and width.</summary>
    public static implicit operator Size3((long Depth, long Height, long Width) size) => new(size.Depth, size.Height, size.Width);
}
