namespace LoopRig.Native.OpenCv;

/// <summary>
/// An 8-bit image in pinned managed memory, rows packed without gaps; colour is blue, green, red. Its memory never moves, so native code
/// works on it in place, and the garbage collector frees it.
/// </summary>
public sealed class Image
{
    private readonly byte[] _pixels;

    /// <summary>A black image.</summary>
    public Image(int width, int height, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (channels is not (1 or 3 or 4)) throw new ArgumentOutOfRangeException(nameof(channels), channels, "1, 3 or 4");
        Width = width;
        Height = height;
        Channels = channels;
        _pixels = GC.AllocateArray<byte>(checked(width * height * channels), pinned: true);
    }

    /// <summary>Pixels across.</summary>
    public int Width { get; }

    /// <summary>Pixels down.</summary>
    public int Height { get; }

    /// <summary>Bytes of a pixel: 1 grey, 3 colour, 4 colour with alpha.</summary>
    public int Channels { get; }

    /// <summary>Bytes from one row to the next.</summary>
    public int Stride => Width * Channels;

    /// <summary>All pixels (H, W, C), row-major.</summary>
    public Span<byte> Pixels => _pixels;

    /// <summary>One row, from the top.</summary>
    public Span<byte> Row(int y) => _pixels.AsSpan(y * Stride, Stride);

    /// <summary>Lends a rectangle of the image: a crop that copies nothing.</summary>
    public ImageView Crop(int x, int y, int width, int height) => new(this, x, y, width, height);

    /// <summary>Lends the whole image.</summary>
    public static implicit operator ImageView(Image image) => new(image, 0, 0, image.Width, image.Height);
}
