namespace LoopRig.Acquisition;

/// <summary>Weighted linear least squares of a few unknowns, without allocation.</summary>
internal sealed class NormalEquations(int size)
{
    private readonly double[] _matrix = new double[size * size];
    private readonly double[] _right = new double[size];
    private readonly double[] _work = new double[size * (size + 1)];

    /// <summary>The sum of the weights.</summary>
    internal double Weight { get; private set; }

    internal void Clear()
    {
        Array.Clear(_matrix);
        Array.Clear(_right);
        Weight = 0;
    }

    /// <summary>Wants the unknowns' product with a row to be a value.</summary>
    internal void Add(ReadOnlySpan<double> row, double value, double weight)
    {
        for (int i = 0; i < size; i++)
        {
            for (int j = i; j < size; j++) _matrix[(i * size) + j] += weight * row[i] * row[j];
            _right[i] += weight * row[i] * value;
        }

        Weight += weight;
    }

    /// <summary>The unknowns; false when the rows do not determine them.</summary>
    /// <param name="unknowns">Takes them.</param>
    /// <param name="ridge">Draws each towards 0 with this part of the weight: what no row determines stays there.</param>
    internal bool TrySolve(Span<double> unknowns, double ridge = 0) => Solve(_right, unknowns, ridge);

    /// <summary>The variance of one unknown if a row of weight 1 has variance 1; infinite when the rows do not determine it.</summary>
    internal double Variance(int unknown)
    {
        Span<double> unit = stackalloc double[size], column = stackalloc double[size];
        unit.Clear();
        unit[unknown] = 1;
        return Solve(unit, column, 0) ? column[unknown] : double.PositiveInfinity;
    }

    // Elimination without pivoting: the matrix is symmetric and positive.
    private bool Solve(ReadOnlySpan<double> right, Span<double> unknowns, double ridge)
    {
        int columns = size + 1;
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++) _work[(i * columns) + j] = _matrix[(Math.Min(i, j) * size) + Math.Max(i, j)];
            _work[(i * columns) + i] += ridge * Weight;
            _work[(i * columns) + size] = right[i];
        }

        for (int i = 0; i < size; i++)
        {
            double pivot = _work[(i * columns) + i];
            if (!(pivot > 1e-12)) return false;
            for (int j = i + 1; j < size; j++)
            {
                double factor = _work[(j * columns) + i] / pivot;
                for (int k = i; k < columns; k++) _work[(j * columns) + k] -= factor * _work[(i * columns) + k];
            }
        }

        for (int i = size - 1; i >= 0; i--)
        {
            double sum = _work[(i * columns) + size];
            for (int j = i + 1; j < size; j++) sum -= _work[(i * columns) + j] * unknowns[j];
            unknowns[i] = sum / _work[(i * columns) + i];
        }

        return true;
    }
}
