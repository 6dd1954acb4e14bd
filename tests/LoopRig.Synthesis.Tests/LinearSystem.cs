namespace LoopRig.Synthesis.Tests;

/// <summary>Gaussian elimination with pivots.</summary>
internal static class LinearSystem
{
    internal static float[] Solve(double[][] matrix, float[] right)
    {
        int n = right.Length;
        double[] value = Array.ConvertAll(right, static x => (double)x);
        for (int column = 0; column < n; column++)
        {
            int pivot = Enumerable.Range(column, n - column).MaxBy(row => Math.Abs(matrix[row][column]));
            (matrix[column], matrix[pivot]) = (matrix[pivot], matrix[column]);
            (value[column], value[pivot]) = (value[pivot], value[column]);
            for (int row = column + 1; row < n; row++)
            {
                double factor = matrix[row][column] / matrix[column][column];
                for (int i = column; i < n; i++)
                    matrix[row][i] -= factor * matrix[column][i];
                value[row] -= factor * value[column];
            }
        }
        for (int row = n - 1; row >= 0; row--)
        {
            for (int i = row + 1; i < n; i++)
                value[row] -= matrix[row][i] * value[i];
            value[row] /= matrix[row][row];
        }
        return Array.ConvertAll(value, static x => (float)x);
    }
}
