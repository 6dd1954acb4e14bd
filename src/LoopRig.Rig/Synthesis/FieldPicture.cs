using LoopRig.Native.OpenCv;

namespace LoopRig.Rig.Synthesis;

/// <summary>Pictures of images and receptive fields, enlarged so that a pixel is a square.</summary>
internal static class FieldPicture
{
    // Blue below, white at, red above the surround: a person who does not see red and green apart sees these.
    private static readonly (double R, double G, double B) s_below = (33, 102, 172), s_above = (178, 24, 43);

    /// <summary>Pixels 0..1 as they are shown.</summary>
    public static Image Grey(ReadOnlySpan<float> pixels, int height, int width, int scale)
        => Paint(pixels, height, width, scale, static value =>
        {
            var level = 255 * Math.Clamp(value, 0, 1);
            return (level, level, level);
        });

    /// <summary>Departures from the surround, -limit blue to limit red.</summary>
    public static Image Field(ReadOnlySpan<float> departure, int height, int width, int scale, double limit)
        => Paint(departure, height, width, scale, value =>
        {
            var share = limit > 0 ? Math.Clamp(value / limit, -1, 1) : 0;
            var end = share < 0 ? s_below : s_above;
            var weight = Math.Abs(share);
            return (255 + weight * (end.R - 255), 255 + weight * (end.G - 255), 255 + weight * (end.B - 255));
        });

    /// <summary>Tiles in rows on one sheet.</summary>
    public static Image Sheet(IReadOnlyList<Image> tiles, int columns)
    {
        const int Border = 4;
        const byte Paper = 230;
        columns = Math.Min(columns, tiles.Count);
        var rows = (tiles.Count + columns - 1) / columns;
        var sheet = new Image(columns * (tiles[0].Width + Border) + Border, rows * (tiles[0].Height + Border) + Border, 3);
        sheet.Pixels.Fill(Paper);
        for (var i = 0; i < tiles.Count; i++)
        {
            ((ImageView)tiles[i]).CopyInto(sheet.Crop(Border + i % columns * (tiles[i].Width + Border), Border + i / columns * (tiles[i].Height + Border), tiles[i].Width, tiles[i].Height));
        }
        return sheet;
    }

    private static Image Paint(ReadOnlySpan<float> values, int height, int width, int scale, Func<double, (double R, double G, double B)> colour)
    {
        var image = new Image(width * scale, height * scale, 3);
        for (var row = 0; row < image.Height; row++)
        {
            var line = image.Row(row);
            for (var column = 0; column < image.Width; column++)
            {
                var (r, g, b) = colour(values[row / scale * width + column / scale]);
                (line[3 * column], line[3 * column + 1], line[3 * column + 2]) = ((byte)Math.Round(b), (byte)Math.Round(g), (byte)Math.Round(r));
            }
        }
        return image;
    }
}
