using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>The connected regions of a mask (8 neighbours), by runs of pixels and a union of those that touch. Nothing is allocated after the start.</summary>
internal sealed class BlobFinder(int width, int height)
{
    /// <summary>As many as a label picture can tell apart.</summary>
    internal const int Most = 254;

    private readonly int[] _start = new int[height * ((width + 1) / 2)];
    private readonly int[] _end = new int[height * ((width + 1) / 2)];
    private readonly int[] _root = new int[height * ((width + 1) / 2)];
    private readonly int[] _firstOfRow = new int[height + 1];
    private readonly double[] _sums = new double[6 * height * ((width + 1) / 2)];
    private readonly Blob[] _blobs = new Blob[Most];

    /// <summary>The label of each pixel after <see cref="Find"/>; 0 where there is none.</summary>
    internal Image Labels { get; } = new(width, height, 1);

    /// <summary>Finds the regions with at least this area; lends them until the next call.</summary>
    internal ReadOnlySpan<Blob> Find(Image mask, double leastArea)
    {
        CollectRuns(mask);
        for (int y = 1; y < height; y++) Join(y);
        Array.Clear(_sums, 0, 6 * _firstOfRow[height]);
        for (int y = 0; y < height; y++) AddRow(y);
        int count = Describe(leastArea);
        Paint();
        return _blobs.AsSpan(0, count);
    }

    private void CollectRuns(Image mask)
    {
        int runs = 0;
        for (int y = 0; y < height; y++)
        {
            _firstOfRow[y] = runs;
            ReadOnlySpan<byte> row = mask.Row(y);
            int x = 0;
            while (x < width)
            {
                int next = row[x..].IndexOfAnyExcept((byte)0);
                if (next < 0) break;
                x += next;
                int length = row[x..].IndexOf((byte)0);
                int end = length < 0 ? width : x + length;
                (_start[runs], _end[runs], _root[runs]) = (x, end, runs);
                runs++;
                x = end;
            }
        }

        _firstOfRow[height] = runs;
    }

    private void Join(int y)
    {
        int above = _firstOfRow[y - 1];
        for (int run = _firstOfRow[y]; run < _firstOfRow[y + 1]; run++)
        {
            while (above < _firstOfRow[y] && _end[above] < _start[run]) above++;
            for (int other = above; other < _firstOfRow[y] && _start[other] <= _end[run]; other++) Union(other, run);
        }
    }

    private void Union(int a, int b)
    {
        (a, b) = (RootOf(a), RootOf(b));
        if (a != b) _root[Math.Max(a, b)] = Math.Min(a, b);
    }

    private int RootOf(int run)
    {
        while (_root[run] != run) run = _root[run] = _root[_root[run]];
        return run;
    }

    // Sums of 1, x, y, x^2, xy, y^2 over a run of pixels from a to b - 1.
    private void AddRow(int y)
    {
        for (int run = _firstOfRow[y]; run < _firstOfRow[y + 1]; run++)
        {
            double n = _end[run] - _start[run], mean = (_start[run] + _end[run] - 1) / 2.0;
            double squares = (n * mean * mean) + (n * ((n * n) - 1) / 12);
            Span<double> sums = _sums.AsSpan(6 * RootOf(run), 6);
            sums[0] += n;
            sums[1] += n * mean;
            sums[2] += n * y;
            sums[3] += squares;
            sums[4] += n * mean * y;
            sums[5] += n * y * y;
        }
    }

    // Leaves the label of each region in the first of its sums; 0 where it is too small.
    private int Describe(double leastArea)
    {
        int count = 0;
        for (int run = 0; run < _firstOfRow[height]; run++)
        {
            if (_root[run] != run) continue;
            ReadOnlySpan<double> s = _sums.AsSpan(6 * run, 6);
            if (s[0] < leastArea || count == Most)
            {
                _sums[6 * run] = 0;
                continue;
            }

            double x = s[1] / s[0], y = s[2] / s[0];
            byte label = (byte)(count + 1);
            _blobs[count++] = new Blob(label, s[0], x, y, (s[3] / s[0]) - (x * x) + (1 / 12.0), (s[4] / s[0]) - (x * y), (s[5] / s[0]) - (y * y) + (1 / 12.0));
            _sums[6 * run] = label;
        }

        return count;
    }

    private void Paint()
    {
        Labels.Pixels.Clear();
        for (int y = 0; y < height; y++)
        {
            for (int run = _firstOfRow[y]; run < _firstOfRow[y + 1]; run++)
            {
                byte label = (byte)_sums[6 * RootOf(run)];
                if (label != 0) Labels.Row(y)[_start[run].._end[run]].Fill(label);
            }
        }
    }
}
