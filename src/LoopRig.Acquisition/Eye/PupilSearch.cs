using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>Where a pupil might be, px of the small picture.</summary>
internal readonly record struct PupilPlace(double X, double Y, double Radius, double Score);

/// <summary>
/// Looks for even, dark places in brighter surroundings at every place and size of a small picture: the mean of a square ring less that of the square in it,
/// over the deviation inside, from sums over rectangles (the Haar-like feature of Swirski, Bulling and Dodgson 2012, doi 10.1145/2168556.2168585).
/// </summary>
internal sealed class PupilSearch
{
    internal const int Places = 8;

    private const double Inner = 0.65, Gap = 1.15, Outer = 1.7; // half sides of the squares, in radii
    private const double Growth = 1.25, LeastRadius = 2.5;
    private const double Evenness = 8; // grey levels: noise that counts as even
    private const double LeastContrast = 6;
    private const double Alike = 0.5; // of the logarithms of two sizes

    private readonly int _width, _height;
    private readonly uint[] _sums, _squares; // differences are right even where they wrap
    private readonly int[] _histogram = new int[256];
    private readonly PupilPlace[] _places = new PupilPlace[Places];
    private int _brightest;

    internal PupilSearch(int width, int height)
    {
        (_width, _height) = (width, height);
        _sums = new uint[(width + 1) * (height + 1)];
        _squares = new uint[_sums.Length];
    }

    /// <summary>The best places, best first; fewer when there are none.</summary>
    internal ReadOnlySpan<PupilPlace> Find(ImageView small, double minRadius, double maxRadius)
    {
        Sum(small);
        int count = 0;
        for (double radius = Math.Max(LeastRadius, minRadius); radius <= maxRadius; radius *= Growth)
        {
            int step = Math.Max(1, (int)Math.Ceiling(0.4 * radius)), inner = Math.Max(1, (int)Math.Round(Inner * radius));
            int gap = Math.Max(inner + 1, (int)Math.Round(Gap * radius)), outer = Math.Max(gap + 1, (int)Math.Round(Outer * radius));
            double weight = Math.Sqrt(radius); // many small places are even, few large ones
            for (int y = inner; y < _height - inner; y += step)
            {
                for (int x = inner; x < _width - inner; x += step)
                {
                    double score = weight * Score(x, y, inner, gap, outer);
                    if (score > 0) Keep(new PupilPlace(x, y, radius, score), ref count);
                }
            }
        }

        return _places.AsSpan(0, count);
    }

    private double Score(int x, int y, int inner, int gap, int outer)
    {
        uint inside = Box(_sums, x, y, inner, out int pixels);
        double mean = (double)inside / pixels;
        if (mean > _brightest) return 0;
        uint small = Box(_sums, x, y, gap, out int smallPixels), large = Box(_sums, x, y, outer, out int largePixels);
        int ring = largePixels - smallPixels;
        if (2 * ring < pixels) return 0;
        double contrast = ((double)(large - small) / ring) - mean;
        if (contrast < LeastContrast) return 0;
        double squares = (double)Box(_squares, x, y, inner, out _) / pixels;
        return contrast / (Evenness + Math.Sqrt(Math.Max(0, squares - (mean * mean))));
    }

    // A place near a better one of about its size is the same place.
    private void Keep(in PupilPlace place, ref int count)
    {
        int at = count;
        for (int i = 0; i < count; i++)
        {
            double dx = _places[i].X - place.X, dy = _places[i].Y - place.Y, reach = 0.5 * Math.Max(_places[i].Radius, place.Radius);
            if ((dx * dx) + (dy * dy) > reach * reach || Math.Abs(Math.Log(_places[i].Radius / place.Radius)) > Alike) continue;
            if (_places[i].Score >= place.Score) return;
            at = i;
            break;
        }

        if (at == Places)
        {
            if (_places[^1].Score >= place.Score) return;
            at = Places - 1;
        }
        else if (at == count)
        {
            count++;
        }

        for (; at > 0 && _places[at - 1].Score < place.Score; at--) _places[at] = _places[at - 1];
        _places[at] = place;
    }

    // Reflections and fur must not outweigh the iris: what is far brighter than the middle of the picture is cut down.
    private void Sum(ImageView small)
    {
        Array.Clear(_histogram);
        for (int y = 0; y < _height; y++)
        {
            foreach (byte value in small.Row(y)) _histogram[value]++;
        }

        int dark = Quantile(0.01), middle = Quantile(0.5);
        _brightest = middle + 5; // no pupil is brighter than half of the picture
        int cap = Math.Min(255, dark + (int)(1.5 * (middle - dark)) + 10);
        int stride = _width + 1;
        for (int y = 0; y < _height; y++)
        {
            uint sum = 0, squares = 0;
            int at = ((y + 1) * stride) + 1;
            foreach (byte value in small.Row(y))
            {
                uint level = (uint)Math.Min((int)value, cap);
                sum += level;
                squares += level * level;
                _sums[at] = _sums[at - stride] + sum;
                _squares[at] = _squares[at - stride] + squares;
                at++;
            }
        }
    }

    private int Quantile(double share)
    {
        int seen = 0, level = 0;
        for (; level < 255; level++)
        {
            seen += _histogram[level];
            if (seen > share * _width * _height) break;
        }

        return level;
    }

    private uint Box(uint[] sums, int x, int y, int half, out int pixels)
    {
        int left = Math.Max(0, x - half), right = Math.Min(_width, x + half + 1), top = Math.Max(0, y - half), bottom = Math.Min(_height, y + half + 1);
        int above = top * (_width + 1), below = bottom * (_width + 1);
        pixels = (right - left) * (bottom - top);
        return sums[below + right] - sums[above + right] - sums[below + left] + sums[above + left];
    }
}
