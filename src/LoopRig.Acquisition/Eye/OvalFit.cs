namespace LoopRig.Acquisition;

/// <summary>
/// One step of a robust least-squares fit of an <see cref="Oval"/>: Gauss-Newton on the distances along the normals, d = n . dc + n' dS u, with Tukey's
/// biweight, which gives points beyond its width no weight at all.
/// </summary>
internal sealed class OvalFit
{
    private const int Size = 5;
    private readonly double[] _system = new double[Size * (Size + 1)];
    private double _weights;

    internal void Begin()
    {
        Array.Clear(_system);
        _weights = 0;
    }

    internal void Add(in Oval oval, double x, double y, double width)
    {
        double distance = oval.Distance(x, y, out double ux, out double uy, out double nx, out double ny);
        double t = distance / width;
        if (Math.Abs(t) >= 1) return;
        double weight = (1 - (t * t)) * (1 - (t * t));
        Span<double> row = [nx, ny, nx * ux, (nx * uy) + (ny * ux), ny * uy, distance];
        for (int i = 0; i < Size; i++)
        {
            for (int j = i; j <= Size; j++) _system[(i * (Size + 1)) + j] += weight * row[i] * row[j];
        }

        _weights += weight;
    }

    /// <summary>Moves the oval; false when the points do not determine it.</summary>
    internal bool TryMove(ref Oval oval)
    {
        if (_weights < Size) return false;
        // What no point determines (an arc hidden by the lid) stays as it is.
        double ridge = 1e-3 * _weights;
        for (int i = 0; i < Size; i++)
        {
            _system[(i * (Size + 1)) + i] += ridge;
            for (int j = 0; j < i; j++) _system[(i * (Size + 1)) + j] = _system[(j * (Size + 1)) + i];
        }

        Span<double> step = stackalloc double[Size];
        if (!Solve(step)) return false;
        oval.X += step[0];
        oval.Y += step[1];
        oval.Sxx += step[2];
        oval.Sxy += step[3];
        oval.Syy += step[4];
        (double major, double minor) = oval.Axes;
        return double.IsFinite(major) && minor > 0.5;
    }

    // Elimination without pivoting: the matrix is symmetric and positive.
    private bool Solve(Span<double> step)
    {
        const int Columns = Size + 1;
        for (int i = 0; i < Size; i++)
        {
            double pivot = _system[(i * Columns) + i];
            if (!(pivot > 1e-9)) return false;
            for (int j = i + 1; j < Size; j++)
            {
                double factor = _system[(j * Columns) + i] / pivot;
                for (int k = i; k < Columns; k++) _system[(j * Columns) + k] -= factor * _system[(i * Columns) + k];
            }
        }

        for (int i = Size - 1; i >= 0; i--)
        {
            double sum = _system[(i * Columns) + Size];
            for (int j = i + 1; j < Size; j++) sum -= _system[(i * Columns) + j] * step[j];
            step[i] = sum / _system[(i * Columns) + i];
        }

        return true;
    }
}
