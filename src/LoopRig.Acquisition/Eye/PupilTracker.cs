using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>
/// Finds a dark pupil in infra-red pictures of an eye, each by itself: threshold, outlines, an ellipse through the outline's sound parts, and the
/// corneal reflection nearest to it. A first tracker: it knows nothing of the frames before.
/// </summary>
public sealed class PupilTracker
{
    private const double LeastRoundness = 0.5;  // minor over major axis
    private const double LargestReflection = 0.5; // of the pupil's radius
    private const double ReflectionReach = 1.5; // pupil radii from the pupil's centre

    // Where between the pupil's and the iris's brightness the edge is put. The first lies on the edge; the second keeps a wide pupil apart from the
    // shadow beside the lid, and is taken only where it fits better.
    private static readonly double[] s_levels = [0.42, 0.25];

    private readonly PupilTrackerOptions _options;
    private readonly double _maxRadius;
    private readonly Image _mask;
    private readonly ContourFinder _outlines = new();
    private readonly EyeBrightness _brightness = new();
    private readonly OutlineFit _fit = new();

    /// <summary>A tracker for pictures of one size.</summary>
    public PupilTracker(int width, int height, PupilTrackerOptions options)
    {
        _options = options;
        _maxRadius = options.MaxRadiusPx > 0 ? options.MaxRadiusPx : Math.Min(width, height) / 2.0;
        _mask = new Image(width, height, 1);
    }

    /// <summary>Looks for the pupil in a grey picture.</summary>
    public PupilObservation Track(ImageView grey)
    {
        Candidate best = default;
        if (_options.DarkLevel > 0)
        {
            Search(grey, _options.DarkLevel, ref best);
        }
        else
        {
            (int pupil, int iris) = _brightness.Of(grey);
            foreach (double part in s_levels) Search(grey, (int)Math.Round(pupil + (part * (iris - pupil))), ref best);
        }

        bool found = best.Confidence >= _options.MinConfidence;
        (double x, double y) = found ? Reflection(grey, best.Outline) : (double.NaN, double.NaN);
        return new PupilObservation(found, best.Outline, best.Confidence, Blink: !best.AnyDark, x, y);
    }

    private void Search(ImageView grey, int level, ref Candidate best)
    {
        Imaging.Threshold(grey, _mask, level, inverse: true);
        _outlines.Find(_mask, outerOnly: true);
        for (int i = 0; i < _outlines.Count; i++)
        {
            ReadOnlySpan<int> outline = _outlines[i];
            if (!CouldBePupil(outline)) continue;
            best.AnyDark = true;
            double support = _fit.Fit(grey, outline, _options.BrightLevel, out Ellipse ellipse);
            if (support <= 0 || !IsPupil(ellipse)) continue;

            // A pupil is well supported, round, and larger than the shadows in the corners of the eye.
            double score = support * support * ellipse.Minor / ellipse.Major * Math.Sqrt(ellipse.Minor);
            if (score > best.Score) (best.Outline, best.Confidence, best.Score) = (ellipse, support, score);
        }
    }

    // By its bounding box, before anything costly is done with it.
    private bool CouldBePupil(ReadOnlySpan<int> outline)
    {
        (int left, int right, int top, int bottom) = Bounds(outline);
        int width = right - left + 1, height = bottom - top + 1;
        return Math.Min(width, height) >= 2 * _options.MinRadiusPx * LeastRoundness && Math.Max(width, height) <= 2.2 * _maxRadius;
    }

    private bool IsPupil(in Ellipse ellipse)
        => ellipse.Major / 2 >= _options.MinRadiusPx && ellipse.Major / 2 <= _maxRadius && ellipse.Minor >= LeastRoundness * ellipse.Major
            && ellipse.CentreX >= 0 && ellipse.CentreX < _mask.Width && ellipse.CentreY >= 0 && ellipse.CentreY < _mask.Height;

    // The bright spot nearest to the pupil's centre that is small beside the pupil; its centre is weighted by brightness.
    private (double X, double Y) Reflection(ImageView grey, in Ellipse pupil)
    {
        Imaging.Threshold(grey, _mask, _options.BrightLevel, inverse: false);
        _outlines.Find(_mask, outerOnly: true);
        double radius = pupil.Major / 2, nearest = ReflectionReach * radius;
        (double X, double Y) found = (double.NaN, double.NaN);
        for (int i = 0; i < _outlines.Count; i++)
        {
            ReadOnlySpan<int> outline = _outlines[i];
            (double x, double y, double size) = Spot(grey, outline);
            double distance = Math.Sqrt(((x - pupil.CentreX) * (x - pupil.CentreX)) + ((y - pupil.CentreY) * (y - pupil.CentreY)));
            if (size is < 1 || size > LargestReflection * radius || distance >= nearest) continue;
            (nearest, found) = (distance, (x, y));
        }

        return found;
    }

    private (double X, double Y, double Size) Spot(ImageView grey, ReadOnlySpan<int> outline)
    {
        (int left, int right, int top, int bottom) = Bounds(outline);
        double sum = 0, sumX = 0, sumY = 0;
        for (int y = top; y <= bottom; y++)
        {
            ReadOnlySpan<byte> row = grey.Row(y);
            for (int x = left; x <= right; x++)
            {
                double weight = Math.Max(0, row[x] - _options.BrightLevel);
                sum += weight;
                sumX += weight * x;
                sumY += weight * y;
            }
        }

        return (sumX / sum, sumY / sum, Math.Max(right - left, bottom - top) / 2.0);
    }

    private static (int Left, int Right, int Top, int Bottom) Bounds(ReadOnlySpan<int> outline)
    {
        int left = int.MaxValue, right = 0, top = int.MaxValue, bottom = 0;
        for (int i = 0; i < outline.Length; i += 2)
        {
            left = Math.Min(left, outline[i]);
            right = Math.Max(right, outline[i]);
            top = Math.Min(top, outline[i + 1]);
            bottom = Math.Max(bottom, outline[i + 1]);
        }

        return (left, right, top, bottom);
    }

    private struct Candidate
    {
        internal Ellipse Outline;
        internal double Confidence;
        internal double Score;
        internal bool AnyDark;
    }
}
