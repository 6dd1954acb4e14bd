using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Synthesis.Tests;

/// <summary>-1/2 sum of w (x - target)^2: its optimum is known, alone and with every limit and penalty.</summary>
internal sealed class QuadraticObjective : IObjective
{
    private readonly Tensor _target, _weight;

    internal QuadraticObjective(float[] target, long[] shape, float[]? weight = null)
    {
        using Scope scope = new();
        _target = scope.Keep(Tensor.FromArray(target, [1, .. shape]));
        _weight = scope.Keep(weight is null ? Tensor.Ones([1, .. shape]) : Tensor.FromArray(weight, [1, .. shape]));
    }

    public Tensor Scores(Tensor seen, IReadOnlyDictionary<string, Tensor> vectors, Random? chance) => -0.5 * F.Sum(_weight * F.Square(seen - _target), [1, 2, 3, 4]);

    public void Dispose()
    {
        _target.Dispose();
        _weight.Dispose();
    }
}
