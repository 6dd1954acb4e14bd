using System.Numerics;
using LoopRig.Core.Stimuli;
using LoopRig.Simulation.HeadFixed;

namespace LoopRig.Simulation.Neurons;

/// <summary>
/// A pair of filters a quarter cycle apart on a raster, cut to the rectangle where they matter, without response to uniform light.
/// </summary>
public sealed class ReceptiveField
{
    private const double CutAtSigmas = 2.5;
    private const double CutBelow = 0.01;           // of the greatest element, on a screen, where a degree is not everywhere as many pixels
    private readonly int _top, _left, _height, _width, _rasterWidth;
    private readonly float[] _even, _odd;

    /// <summary>Draws the filters of <paramref name="unit"/> on a raster of height x width pixels, <paramref name="degreesPerPixel"/> apart and centred on the eye's axis.</summary>
    public ReceptiveField(UnitTruth unit, int height, int width, double degreesPerPixel)
    {
        double reach = CutAtSigmas * unit.SigmaDeg * Math.Max(1, unit.Elongation) / degreesPerPixel;
        double column = (width - 1) / 2.0 + unit.CentreRightDeg / degreesPerPixel, row = (height - 1) / 2.0 - unit.CentreUpDeg / degreesPerPixel;
        _rasterWidth = width;
        _top = Math.Max(0, (int)Math.Floor(row - reach));
        _left = Math.Max(0, (int)Math.Floor(column - reach));
        _height = Math.Min(height - 1, (int)Math.Ceiling(row + reach)) - _top + 1;
        _width = Math.Min(width - 1, (int)Math.Ceiling(column + reach)) - _left + 1;
        _even = new float[_height * _width];
        _odd = new float[_height * _width];

        var envelope = new double[_even.Length];
        (double sin, double cos) = Math.SinCos(unit.OrientationDeg * Math.PI / 180);
        double phase = unit.PhaseDeg * Math.PI / 180;
        for (int at = 0; at < _even.Length; at++)
        {
            double right = (_left + at % _width - column) * degreesPerPixel, up = (row - _top - at / _width) * degreesPerPixel;
            double along = (right * cos + up * sin) / unit.Elongation, across = up * cos - right * sin;
            envelope[at] = Math.Exp(-(along * along + across * across) / (2 * unit.SigmaDeg * unit.SigmaDeg));
            double angle = 2 * Math.PI * unit.CyclesPerDegree * across;
            _even[at] = (float)(envelope[at] * Math.Cos(angle - phase));
            _odd[at] = (float)(envelope[at] * Math.Sin(angle - phase));
        }
        RemoveMean(_even, envelope);
        RemoveMean(_odd, envelope);
    }

    /// <summary>
    /// Draws the filters of a unit on a picture of the whole monitor, height x width pixels: a Gabor and its flank, laid out in the eye's degrees about their
    /// own centres as the renderer lays out its patches. The picture that excites a simple cell most, among those of one contrast, is its first filter.
    /// </summary>
    public ReceptiveField(ScreenUnit unit, MonitorGeometry geometry, int height, int width)
    {
        var even = new float[height * width];
        var odd = new float[height * width];
        AddPatch(GaborPatch.Of(unit.Unit), 1, geometry, width, even, odd);
        AddPatch(unit.Flank.Patch, unit.Flank.Weight, geometry, width, even, odd);
        float scale = 1 / MathF.Sqrt(Dot(even, even)), oddScale = 1 / MathF.Sqrt(Dot(odd, odd)), most = 0;
        for (int at = 0; at < even.Length; at++)
        {
            even[at] *= scale;
            odd[at] *= oddScale;
            most = Math.Max(most, Math.Max(Math.Abs(even[at]), Math.Abs(odd[at])));
        }
        int[] seen = [.. Enumerable.Range(0, even.Length).Where(at => Math.Max(Math.Abs(even[at]), Math.Abs(odd[at])) > CutBelow * most)];
        _rasterWidth = width;
        _top = seen[0] / width;
        _left = seen.Min(at => at % width);
        _height = seen[^1] / width - _top + 1;
        _width = seen.Max(at => at % width) - _left + 1;
        _even = Cut(even);
        _odd = Cut(odd);
    }

    /// <summary>The responses of the two filters to <paramref name="image"/> (the whole raster, row-major).</summary>
    public (float Even, float Odd) Respond(ReadOnlySpan<float> image)
    {
        float even = 0, odd = 0;
        for (int row = 0; row < _height; row++)
        {
            ReadOnlySpan<float> seen = image.Slice((_top + row) * _rasterWidth + _left, _width);
            even += Dot(seen, _even.AsSpan(row * _width, _width));
            odd += Dot(seen, _odd.AsSpan(row * _width, _width));
        }
        return (even, odd);
    }

    /// <summary>Adds <paramref name="amplitude"/> x the first filter to <paramref name="image"/>: the stimulus that a simple cell likes best.</summary>
    public void AddPreferred(Span<float> image, float amplitude)
    {
        for (int at = 0; at < _even.Length; at++)
            image[(_top + at / _width) * _rasterWidth + _left + at % _width] += amplitude * _even[at];
    }

    private float[] Cut(float[] whole)
    {
        var part = new float[_height * _width];
        for (int row = 0; row < _height; row++)
            whole.AsSpan((_top + row) * _rasterWidth + _left, _width).CopyTo(part.AsSpan(row * _width));
        return part;
    }

    // Each patch is blind to uniform light and of unit length before it is weighed.
    private static void AddPatch(GaborPatch patch, double weight, MonitorGeometry geometry, int width, float[] even, float[] odd)
    {
        var (envelope, first, second) = (new double[even.Length], new float[even.Length], new float[even.Length]);
        int height = even.Length / width;
        for (int at = 0; at < even.Length; at++)
        {
            var point = new ScreenPoint((2 * (at % width) + 1.0) / width - 1, ((2 * (at / width) + 1.0) / height - 1) * geometry.Aspect);
            VisualAngle offset = geometry.DegreesAbout(patch.Centre, point);
            (envelope[at], double angle) = patch.At(offset.AzimuthDeg, offset.ElevationDeg);
            (double sin, double cos) = Math.SinCos(angle);
            first[at] = (float)(envelope[at] * cos);
            second[at] = (float)(envelope[at] * sin);
        }
        RemoveMean(first, envelope);
        RemoveMean(second, envelope);
        for (int at = 0; at < even.Length; at++)
        {
            even[at] += (float)weight * first[at];
            odd[at] += (float)weight * second[at];
        }
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sums = Vector<float>.Zero;
        int at = 0;
        for (; at <= a.Length - Vector<float>.Count; at += Vector<float>.Count)
            sums += new Vector<float>(a[at..]) * new Vector<float>(b[at..]);
        float sum = Vector.Sum(sums);
        for (; at < a.Length; at++)
            sum += a[at] * b[at];
        return sum;
    }

    // Subtracts the envelope in the proportion that makes the filter blind to uniform light, then gives it unit length.
    private static void RemoveMean(float[] filter, double[] envelope)
    {
        double sum = 0, weight = 0, squares = 0;
        for (int at = 0; at < filter.Length; at++)
        {
            sum += filter[at];
            weight += envelope[at];
        }
        for (int at = 0; at < filter.Length; at++)
        {
            filter[at] -= (float)(sum / weight * envelope[at]);
            squares += filter[at] * filter[at];
        }
        for (int at = 0; at < filter.Length; at++)
            filter[at] /= (float)Math.Sqrt(squares);
    }
}
