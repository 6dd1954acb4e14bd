using LoopRig.Native.OpenCv;

namespace LoopRig.Benchmarks;

/// <summary>A sheet of frames, evenly spaced, with the track of the last two seconds, the body's centre and the heading drawn in.</summary>
internal static class TrackSheet
{
    private const int Columns = 8;
    private const int Rows = 6;
    private const int TileWidth = 320;
    private const double TrailSeconds = 2;
    private const double ArrowPx = 60;

    public static void Write(string video, IReadOnlyList<TrackPoint> track, string picture)
    {
        using var file = new VideoFile(video);
        var frame = new Image(file.Width, file.Height, 3);
        var tileHeight = TileWidth * file.Height / file.Width;
        var tile = new Image(TileWidth, tileHeight, 3);
        var sheet = new Image(Columns * TileWidth, Rows * tileHeight, 3);
        var every = Math.Max(1, track.Count / (Columns * Rows));
        var tiles = 0;
        for (var i = 0; tiles < Columns * Rows && file.TryRead(frame, out _); i++)
        {
            if (i % every != every / 2)
            {
                continue;
            }
            Draw(frame, track, i);
            Imaging.ResizeArea(frame, tile);
            ((ImageView)tile).CopyInto(sheet.Crop(tiles % Columns * TileWidth, tiles / Columns * tileHeight, TileWidth, tileHeight));
            tiles++;
        }
        Imaging.Write(picture, sheet);
    }

    private static void Draw(Image frame, IReadOnlyList<TrackPoint> track, int now)
    {
        for (var i = now; i > 0 && track[now].Seconds - track[i].Seconds < TrailSeconds; i--)
        {
            if (track[i].Found && track[i - 1].Found)
            {
                Line(frame, track[i - 1].X, track[i - 1].Y, track[i].X, track[i].Y, (0, 200, 255));
            }
        }
        if (track[now] is not { Found: true } at)
        {
            return;
        }
        var angle = at.HeadingDeg * Math.PI / 180;
        Line(frame, at.X, at.Y, at.X + (ArrowPx * Math.Cos(angle)), at.Y - (ArrowPx * Math.Sin(angle)), (0, 0, 255));
        Line(frame, at.X - 8, at.Y, at.X + 8, at.Y, (0, 255, 0));
        Line(frame, at.X, at.Y - 8, at.X, at.Y + 8, (0, 255, 0));
    }

    private static void Line(Image image, double fromX, double fromY, double toX, double toY, (byte Blue, byte Green, byte Red) colour)
    {
        var steps = (int)Math.Ceiling(Math.Max(Math.Abs(toX - fromX), Math.Abs(toY - fromY))) + 1;
        for (var i = 0; i <= steps; i++)
        {
            var (x, y) = ((int)Math.Round(fromX + ((toX - fromX) * i / steps)), (int)Math.Round(fromY + ((toY - fromY) * i / steps)));
            for (var dy = -1; dy <= 1; dy++)
            {
                for (var dx = -1; dx <= 1; dx++)
                {
                    if (x + dx >= 0 && y + dy >= 0 && x + dx < image.Width && y + dy < image.Height)
                    {
                        var pixel = image.Row(y + dy).Slice(3 * (x + dx), 3);
                        (pixel[0], pixel[1], pixel[2]) = colour;
                    }
                }
            }
        }
    }
}
