using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Foundation;

/// <summary>Angles about x, y and z to the matrix Rz Ry Rx, right-handed.</summary>
internal sealed class Rotation : IDisposable
{
    // Each of the three matrices' nine entries is one of 1, cos x, cos y, cos z, sin x, sin y, sin z, or its negative, or zero: one small product makes all.
    private readonly Tensor _entries;

    internal Rotation(Device device)
    {
        float[] entries = new float[27 * 7];
        for (int axis = 0; axis < 3; axis++)
        {
            (int j, int k) = ((axis + 1) % 3, (axis + 2) % 3);
            void Set(int row, int column, int term, float sign) => entries[(axis * 9 + row * 3 + column) * 7 + term] = sign;
            Set(axis, axis, 0, 1);
            Set(j, j, 1 + axis, 1);
            Set(k, k, 1 + axis, 1);
            Set(j, k, 4 + axis, -1);
            Set(k, j, 4 + axis, 1);
        }
        using Scope scope = new();
        _entries = scope.Keep(Tensor.FromArray(entries, 27, 7).To(device));
    }

    /// <summary>[N, 3] radians to [N, 3, 3].</summary>
    internal Tensor Matrix(Tensor angles)
    {
        Tensor one = Tensor.Ones([angles.Size(0), 1], ScalarType.Float32, angles.Device);
        Tensor matrices = F.Linear(F.Cat([one, F.Cos(angles), F.Sin(angles)], 1), _entries).Reshape(-1, 3, 3, 3); // [N, axis, 3, 3]
        return F.MatMul(F.MatMul(matrices.Select(1, 2), matrices.Select(1, 1)), matrices.Select(1, 0));
    }

    /// <summary>Frees the constant.</summary>
    public void Dispose() => _entries.Dispose();
}
