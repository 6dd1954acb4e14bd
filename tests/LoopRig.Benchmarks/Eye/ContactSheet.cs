using LoopRig.Acquisition;
using LoopRig.Native.OpenCv;

namespace LoopRig.Benchmarks;

/// <summary>Frames from all over a video with what was seen in them: the outline green, its centre and the reflection as crosses; a blink has a red frame, a lost pupil a yellow one.</summary>
internal static class ContactSheet
{
    private const int Columns = 6, Rows = 5, CellWidth = 320, Border = 3;

    public static void Write(string path, EyeFrames frames, PupilObservation[] seen)
    {
        var scale = (double)CellWidth / frames.Width;
        var height = (int)Math.Round(scale * frames.Height);
        var count = Math.Min(frames.Count, Columns * Rows);
        var sheet = new Image(Columns * CellWidth, (count + Columns - 1) / Columns * height, 3);
        var cell = new Image(CellWidth, height, 1);
        for (var i = 0; i < count; i++)
        {
            var frame = (int)((i + 0.5) * frames.Count / count);
            Imaging.ResizeArea(frames[frame], cell);
            var (left, top) = (i % Columns * CellWidth, i / Columns * height);
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < CellWidth; x++)
                {
                    Dot(sheet, left + x, top + y, cell.Row(y)[x], cell.Row(y)[x], cell.Row(y)[x]);
                }
            }
            Draw(sheet, left, top, height, scale, seen[frame]);
        }
        Imaging.Write(path, sheet);
    }

    private static void Draw(Image sheet, int left, int top, int height, double scale, in PupilObservation eye)
    {
        if (!eye.Found)
        {
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < CellWidth; x++)
                {
                    if (x < Border || y < Border || x >= CellWidth - Border || y >= height - Border)
                    {
                        Dot(sheet, left + x, top + y, 0, (byte)(eye.Blink ? 0 : 255), 255);
                    }
                }
            }
            return;
        }
        var (sin, cos) = Math.SinCos(eye.Pupil.AngleDeg * Math.PI / 180);
        for (var i = 0; i < 720; i++)
        {
            var (v, u) = Math.SinCos(Math.PI * i / 360);
            var (x, y) = (eye.Pupil.Width / 2 * u, eye.Pupil.Height / 2 * v);
            At(eye.Pupil.CentreX + x * cos - y * sin, eye.Pupil.CentreY + x * sin + y * cos, 0, 255, 0);
        }
        for (var d = -4; d <= 4; d++)
        {
            At(eye.Pupil.CentreX + d / scale, eye.Pupil.CentreY, 0, 255, 0);
            At(eye.Pupil.CentreX, eye.Pupil.CentreY + d / scale, 0, 255, 0);
            At(eye.ReflectionX + d / scale, eye.ReflectionY, 0, 0, 255);
            At(eye.ReflectionX, eye.ReflectionY + d / scale, 0, 0, 255);
        }

        void At(double x, double y, byte blue, byte green, byte red)
        {
            var (column, row) = ((x + 0.5) * scale - 0.5, (y + 0.5) * scale - 0.5);
            if (column >= 0 && row >= 0 && column < CellWidth - 0.5 && row < height - 0.5)
            {
                Dot(sheet, left + (int)Math.Round(column), top + (int)Math.Round(row), blue, green, red);
            }
        }
    }

    private static void Dot(Image sheet, int x, int y, byte blue, byte green, byte red)
    {
        var pixel = sheet.Row(y).Slice(3 * x, 3);
        (pixel[0], pixel[1], pixel[2]) = (blue, green, red);
    }
}
