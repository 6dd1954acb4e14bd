using LoopRig.Torch;

namespace LoopRig.Training;

/// <summary>A copy of tensors that can be put back.</summary>
internal sealed class WeightsCopy : IDisposable
{
    private readonly Tensor[] _live, _copy;

    internal WeightsCopy(IEnumerable<Tensor> live)
    {
        _live = [.. live];
        using var scope = new Scope();
        using var noGraph = new NoGrad();
        _copy = [.. _live.Select(tensor => scope.Keep(tensor.Detach().Clone()))];
    }

    /// <summary>The copies, in the order of the tensors.</summary>
    internal IReadOnlyList<Tensor> Values => _copy;

    internal void Take() => Copy(_live, _copy);

    internal void Restore() => Copy(_copy, _live);

    public void Dispose()
    {
        foreach (Tensor tensor in _copy)
            tensor.Dispose();
    }

    private static void Copy(Tensor[] from, Tensor[] to)
    {
        using var noGraph = new NoGrad();
        for (int i = 0; i < from.Length; i++)
            to[i].CopyFrom(from[i]);
    }
}
