using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LoopRig.Native.OpenCv;

/// <summary>A rectangle of an <see cref="OpenCv.Image"/>, sharing its memory.</summary>
public readonly struct ImageView
{
    internal ImageView(Image image, int x, int y, int width, int height)
    {
        if (x < 0 || y < 0 || width <= 0 || height <= 0 || x + width > image.Width || y + height > image.Height)
            throw new ArgumentOutOfRangeException(nameof(width), $"the rectangle {width}x{height} at ({x},{y}) is not inside the image of {image.Width}x{image.Height}");
        Image = image;
        X = x;
        Y = y;
        Width = width;
        Height = height;
    }

    /// <summary>The image that holds the pixels.</summary>
    public Image Image { get; }

    /// <summary>The rectangle's left edge in the image, px.</summary>
    public int X { get; }

    /// <summary>The rectangle's upper edge in the image, px.</summary>
    public int Y { get; }

    /// <summary>Pixels across.</summary>
    public int Width { get; }

    /// <summary>Pixels down.</summary>
    public int Height { get; }

    /// <summary>One row of the rectangle, from its top.</summary>
    public Span<byte> Row(int y) => Image.Row(Y + y).Slice(X * Image.Channels, Width * Image.Channels);

    /// <summary>Copies the rectangle into an image of its size and channels.</summary>
    public void CopyInto(ImageView destination)
    {
        if (destination.Width != Width || destination.Height != Height || destination.Image.Channels != Image.Channels)
            throw new ArgumentException($"a rectangle of {Width}x{Height}x{Image.Channels} does not fit into one of {destination.Width}x{destination.Height}x{destination.Image.Channels}");
        for (int y = 0; y < Height; y++) Row(y).CopyTo(destination.Row(y));
    }

    // The image's memory is pinned for its life; callers keep the image alive over the native call.
    internal unsafe NativeImage ToNative() => new()
    {
        Data = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Image.Pixels)) + (Y * Image.Stride) + (X * Image.Channels),
        Width = Width,
        Height = Height,
        Channels = Image.Channels,
        Stride = Image.Stride,
    };
}
