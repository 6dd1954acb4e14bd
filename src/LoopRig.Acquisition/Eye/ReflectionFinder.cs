using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>Finds the corneal reflection: the bright spot nearest to the pupil's centre that is small beside the pupil.</summary>
internal sealed class ReflectionFinder(int width, int height)
{
    private const double Largest = 0.5; // of the pupil's radius
    private const double Reach = 1.5;   // pupil radii from the pupil's centre

    private readonly Image _mask = new(width, height, 1);
    private readonly ContourFinder _outlines = new();

    /// <summary>Its centre, weighted by brightness, px; NaN where there is none.</summary>
    internal (double X, double Y) Find(ImageView grey, in Ellipse pupil, int level)
    {
        double radius = pupil.Major / 2, nearest = Reach * radius;
        int left = Math.Clamp((int)(pupil.CentreX - nearest), 0, grey.Width - 1), right = Math.Clamp((int)(pupil.CentreX + nearest) + 1, left + 1, grey.Width);
        int top = Math.Clamp((int)(pupil.CentreY - nearest), 0, grey.Height - 1), bottom = Math.Clamp((int)(pupil.CentreY + nearest) + 1, top + 1, grey.Height);
        ImageView part = grey.Image.Crop(grey.X + left, grey.Y + top, right - left, bottom - top), mask = _mask.Crop(0, 0, right - left, bottom - top);
        Imaging.Threshold(part, mask, level, inverse: false);
        _outlines.Find(mask, outerOnly: true);
        (double X, double Y) found = (double.NaN, double.NaN);
        for (int i = 0; i < _outlines.Count; i++)
        {
            (double x, double y, double size) = Spot(part, _outlines[i], level);
            (x, y) = (x + left, y + top);
            double distance = Math.Sqrt(((x - pupil.CentreX) * (x - pupil.CentreX)) + ((y - pupil.CentreY) * (y - pupil.CentreY)));
            if (size is < 1 || size > Largest * radius || distance >= nearest) continue;
            (nearest, found) = (distance, (x, y));
        }

        return found;
    }

    private static (double X, double Y, double Size) Spot(ImageView grey, ReadOnlySpan<int> outline, int level)
    {
        int left = int.MaxValue, right = 0, top = int.MaxValue, bottom = 0;
        for (int i = 0; i < outline.Length; i += 2)
        {
            left = Math.Min(left, outline[i]);
            right = Math.Max(right, outline[i]);
            top = Math.Min(top, outline[i + 1]);
            bottom = Math.Max(bottom, outline[i + 1]);
        }

        double sum = 0, sumX = 0, sumY = 0;
        for (int y = top; y <= bottom; y++)
        {
            ReadOnlySpan<byte> row = grey.Row(y);
            for (int x = left; x <= right; x++)
            {
                double weight = Math.Max(0, row[x] - level);
                sum += weight;
                sumX += weight * x;
                sumY += weight * y;
            }
        }

        return (sumX / sum, sumY / sum, Math.Max(right - left, bottom - top) / 2.0);
    }
}
