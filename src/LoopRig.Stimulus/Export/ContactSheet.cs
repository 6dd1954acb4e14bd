using LoopRig.Core.Stimuli;
using LoopRig.Native.OpenCv;

namespace LoopRig.Stimulus.Export;

/// <summary>A sheet of small frames, read like a page: for a look at what is shown. Frames are spread over the segments; the gray between them is left out.</summary>
internal sealed class ContactSheet
{
    private const int Columns = 6;
    private const int MostTiles = 24;
    private const int TileWidth = 320;
    private const int Border = 4;

    private readonly int[] _frames;
    private readonly Image _sheet, _small;
    private int _taken;

    public ContactSheet(StimulusPlan plan, int frames, int width, int height)
    {
        _frames = Choose(plan, frames);
        var tileWidth = Math.Min(width, TileWidth);
        _small = new Image(tileWidth, Math.Max(1, height * tileWidth / width), 1);
        var columns = Math.Min(Columns, _frames.Length);
        var rows = (_frames.Length + columns - 1) / columns;
        _sheet = new Image(columns * (_small.Width + Border) + Border, rows * (_small.Height + Border) + Border, 1);
        _sheet.Pixels.Fill(200);
    }

    /// <summary>Takes a frame if it belongs onto the sheet.</summary>
    public void Offer(int frame, Image image)
    {
        if (_taken == _frames.Length || frame != _frames[_taken])
        {
            return;
        }
        if (image.Width == _small.Width)
        {
            image.Pixels.CopyTo(_small.Pixels);
        }
        else
        {
            Imaging.ResizeArea(image, _small);
        }
        var (row, column) = (_taken / Columns, _taken % Columns);
        ((ImageView)_small).CopyInto(_sheet.Crop(Border + column * (_small.Width + Border), Border + row * (_small.Height + Border), _small.Width, _small.Height));
        _taken++;
    }

    /// <summary>Writes the sheet.</summary>
    public string Write(string path)
    {
        Imaging.Write(path, _sheet);
        return path;
    }

    // Few segments: several frames of each. Many: the middle frame of some.
    private static int[] Choose(StimulusPlan plan, int frames)
    {
        var shown = plan.Segments.Where(s => s.FirstFrame < frames && !(s.Pattern is UniformPattern { Level: Pattern.Gray })).ToArray();
        if (shown.Length == 0)
        {
            return [0];
        }
        var each = Math.Max(1, MostTiles / shown.Length);
        var chosen = Enumerable.Range(0, Math.Min(MostTiles, shown.Length)).Select(i => shown[i * shown.Length / Math.Min(MostTiles, shown.Length)])
            .SelectMany(s => Enumerable.Range(0, each).Select(k => s.FirstFrame + (int)((k + Within(k, each)) * Math.Min(s.Frames, frames - s.FirstFrame) / each)));
        return [.. chosen.Distinct().Order()];
    }

    // Unevenly within its share, by the golden section: evenly spaced frames of something periodic might all show the same phase.
    private static double Within(int k, int each) => each == 1 ? 0.5 : (k + 1) * 0.6180339887 % 1;
}
