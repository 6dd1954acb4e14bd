using LoopRig.Native.OpenCv;

namespace LoopRig.Acquisition;

/// <summary>Fits an ellipse to an outline of which parts belong to something else: a reflection that bites into the pupil, a lid, a lash.</summary>
internal sealed class OutlineFit
{
    private const int ReflectionReach = 3; // px: the blurred border of a reflection
    private const double Tolerance = 1.5;  // px from the ellipse
    private const int Rounds = 3;
    private const int Sectors = 36;
    private const int LeastPoints = 10;

    private readonly bool[] _sectors = new bool[Sectors];
    private float[] _points = new float[1024];
    private float[] _chosen = new float[1024];

    /// <summary>Fits; gives the part of the ellipse's directions, 0 to 1, in which an edge lies on it, 0 without a fit.</summary>
    internal double Fit(ImageView grey, ReadOnlySpan<int> outline, int brightLevel, out Ellipse ellipse)
    {
        ellipse = default;
        if (_points.Length < outline.Length)
        {
            _points = new float[2 * outline.Length];
            _chosen = new float[2 * outline.Length];
        }

        int count = LeaveOutReflections(grey, outline, brightLevel);
        if (count < LeastPoints || !Imaging.TryFitEllipse(_points.AsSpan(0, 2 * count), out ellipse)) return 0;
        for (int round = 0; round < Rounds; round++)
        {
            int chosen = ChooseNear(ellipse, count, round == Rounds - 1 ? Tolerance : 2 * Tolerance);
            if (chosen < LeastPoints || !Imaging.TryFitEllipse(_chosen.AsSpan(0, 2 * chosen), out ellipse)) return 0;
        }

        return Support(ellipse, count);
    }

    private int LeaveOutReflections(ImageView grey, ReadOnlySpan<int> outline, int brightLevel)
    {
        int count = 0;
        for (int i = 0; i < outline.Length; i += 2)
        {
            if (IsNearBright(grey, outline[i], outline[i + 1], brightLevel)) continue;
            _points[2 * count] = outline[i];
            _points[(2 * count) + 1] = outline[i + 1];
            count++;
        }

        return count;
    }

    private static bool IsNearBright(ImageView grey, int x, int y, int brightLevel)
    {
        int left = Math.Max(0, x - ReflectionReach), right = Math.Min(grey.Width - 1, x + ReflectionReach);
        for (int row = Math.Max(0, y - ReflectionReach); row <= Math.Min(grey.Height - 1, y + ReflectionReach); row++)
        {
            foreach (byte value in grey.Row(row)[left..(right + 1)])
            {
                if (value > brightLevel) return true;
            }
        }

        return false;
    }

    private int ChooseNear(in Ellipse ellipse, int count, double tolerance)
    {
        int chosen = 0;
        for (int i = 0; i < count; i++)
        {
            if (Math.Abs(Distance(ellipse, _points[2 * i], _points[(2 * i) + 1], out _)) > tolerance) continue;
            _chosen[2 * chosen] = _points[2 * i];
            _chosen[(2 * chosen) + 1] = _points[(2 * i) + 1];
            chosen++;
        }

        return chosen;
    }

    private double Support(in Ellipse ellipse, int count)
    {
        Array.Clear(_sectors);
        for (int i = 0; i < count; i++)
        {
            if (Math.Abs(Distance(ellipse, _points[2 * i], _points[(2 * i) + 1], out double direction)) > Tolerance) continue;
            _sectors[(int)((direction + Math.PI) / (2 * Math.PI) * Sectors) % Sectors] = true;
        }

        int supported = 0;
        foreach (bool sector in _sectors) supported += sector ? 1 : 0;
        return (double)supported / Sectors;
    }

    // Along the ray from the centre, px: exact on the axes, and near enough elsewhere for the round shapes that are searched.
    private static double Distance(in Ellipse e, double x, double y, out double direction)
    {
        (double sin, double cos) = Math.SinCos(e.AngleDeg * Math.PI / 180);
        double u = (((x - e.CentreX) * cos) + ((y - e.CentreY) * sin)) / (e.Width / 2);
        double v = (((y - e.CentreY) * cos) - ((x - e.CentreX) * sin)) / (e.Height / 2);
        double scaled = Math.Sqrt((u * u) + (v * v));
        direction = Math.Atan2(v, u);
        double radius = Math.Sqrt(((x - e.CentreX) * (x - e.CentreX)) + ((y - e.CentreY) * (y - e.CentreY)));
        return scaled > 0 ? radius - (radius / scaled) : -Math.Min(e.Width, e.Height) / 2;
    }
}
