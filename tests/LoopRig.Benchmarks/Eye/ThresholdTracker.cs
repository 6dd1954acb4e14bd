using LoopRig.Acquisition;
using LoopRig.Native.OpenCv;

namespace LoopRig.Benchmarks;

/// <summary>
/// The reference, as many laboratories have it: a threshold between the darkest (brightest) pixels and the picture's middle, the largest outline, an ellipse
/// through it. It knows no reflections, lids or whiskers.
/// </summary>
internal sealed class ThresholdTracker(int width, int height, PupilKind kind)
{
    private const double Extreme = 0.005, Between = 0.35;
    private readonly Image _mask = new(width, height, 1);
    private readonly ContourFinder _outlines = new();
    private readonly int[] _histogram = new int[256];
    private float[] _points = new float[4096];

    public PupilObservation Track(Image grey)
    {
        Array.Clear(_histogram);
        foreach (var value in grey.Pixels)
        {
            _histogram[value]++;
        }
        double pupil = Quantile(kind == PupilKind.Dark ? Extreme : 1 - 10 * Extreme), middle = Quantile(0.5);
        Imaging.Threshold(grey, _mask, (int)(pupil + Between * (middle - pupil)), inverse: kind == PupilKind.Dark);
        _outlines.Find(_mask, outerOnly: true);
        var largest = -1;
        for (var i = 0; i < _outlines.Count; i++)
        {
            if (largest < 0 || _outlines[i].Length > _outlines[largest].Length)
            {
                largest = i;
            }
        }
        if (largest < 0 || _outlines[largest].Length < 20)
        {
            return default;
        }
        var outline = _outlines[largest];
        if (_points.Length < outline.Length)
        {
            _points = new float[2 * outline.Length];
        }
        for (var i = 0; i < outline.Length; i++)
        {
            _points[i] = outline[i];
        }
        var found = Imaging.TryFitEllipse(_points.AsSpan(0, outline.Length), out var ellipse);
        return new PupilObservation(found, ellipse, found ? 1 : 0, !found, double.NaN, double.NaN);
    }

    private int Quantile(double share)
    {
        var (seen, level) = (0, 0);
        for (; level < 255; level++)
        {
            seen += _histogram[level];
            if (seen > share * width * height)
            {
                break;
            }
        }
        return level;
    }
}
