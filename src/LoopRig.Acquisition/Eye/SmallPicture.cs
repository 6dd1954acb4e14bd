using System.Numerics;
using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>
/// A small copy of an eye picture for the search, without what is narrower than any pupil, and with a bright pupil made dark: reflections and bright whiskers
/// go by an opening (the least of a neighbourhood, then the largest), dark whiskers by a closing.
/// </summary>
internal sealed class SmallPicture
{
    private const int Side = 160;         // px: the larger side of the picture that is searched, at most
    private const int Bright = 3, Dark = 1; // px: half the width of what goes

    private readonly byte[] _rows;
    private readonly byte[] _padded;

    internal SmallPicture(int width, int height)
    {
        Scale = Math.Max(1, (int)Math.Ceiling((double)Math.Max(width, height) / Side));
        Image = new Image(Math.Max(1, width / Scale), Math.Max(1, height / Scale), 1);
        _rows = new byte[Image.Width * Image.Height];
        _padded = new byte[Image.Width + (2 * Bright) + Vector<byte>.Count];
    }

    /// <summary>Pixels of the full picture that make one of this, along each side.</summary>
    internal int Scale { get; }

    internal Image Image { get; }

    internal void Take(ImageView grey, bool invert)
    {
        // A whole number of pixels makes one small pixel, so that places translate exactly; a rest at the border is left out.
        Imaging.ResizeArea(grey.Image.Crop(grey.X, grey.Y, Image.Width * Scale, Image.Height * Scale), Image);
        // A whisker that cuts the pupil must go before the pieces could count as narrow.
        if (invert) Close();
        Extreme(Bright, least: true);
        Extreme(Bright, least: false);
        if (!invert) Close();
        if (invert)
        {
            Span<byte> pixels = Image.Pixels;
            for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)(255 - pixels[i]);
        }
    }

    private void Close()
    {
        Extreme(Dark, least: false);
        Extreme(Dark, least: true);
    }

    // Each pixel becomes the least or the largest of the square around it: along the rows, then along the columns.
    private void Extreme(int reach, bool least)
    {
        int width = Image.Width, height = Image.Height;
        for (int y = 0; y < height; y++)
        {
            Span<byte> row = Image.Row(y);
            _padded.AsSpan(0, reach).Fill(row[0]);
            row.CopyTo(_padded.AsSpan(reach));
            _padded.AsSpan(reach + width, reach + 1).Fill(row[^1]);
            Span<byte> into = _rows.AsSpan(y * width, width);
            _padded.AsSpan(0, width).CopyTo(into);
            for (int shift = 1; shift <= 2 * reach; shift++) Combine(into, _padded.AsSpan(shift, width), least);
        }

        for (int y = 0; y < height; y++)
        {
            Span<byte> into = Image.Row(y);
            _rows.AsSpan(y * width, width).CopyTo(into);
            for (int row = Math.Max(0, y - reach); row <= Math.Min(height - 1, y + reach); row++) Combine(into, _rows.AsSpan(row * width, width), least);
        }
    }

    private static void Combine(Span<byte> into, ReadOnlySpan<byte> other, bool least)
    {
        int i = 0;
        for (; i + Vector<byte>.Count <= into.Length; i += Vector<byte>.Count)
        {
            Vector<byte> a = new(into[i..]), b = new(other[i..]);
            (least ? Vector.Min(a, b) : Vector.Max(a, b)).CopyTo(into[i..]);
        }

        for (; i < into.Length; i++) into[i] = least ? Math.Min(into[i], other[i]) : Math.Max(into[i], other[i]);
    }
}
