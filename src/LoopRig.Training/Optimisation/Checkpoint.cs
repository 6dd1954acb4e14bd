using LoopRig.Models;
using LoopRig.Torch;

namespace LoopRig.Training;

/// <summary>A copy of a network's parameters and buffers that can be put back.</summary>
internal sealed class Checkpoint : IDisposable
{
    private readonly Tensor[] _live, _copy;

    public Checkpoint(INetwork network)
    {
        _live = [.. network.Weights.Parameters.Values, .. network.Weights.Buffers.Values];
        using var scope = new Scope();
        using var noGraph = new NoGrad();
        _copy = [.. _live.Select(tensor => scope.Keep(tensor.Clone()))];
    }

    public void Take() => Copy(_live, _copy);

    public void Restore() => Copy(_copy, _live);

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
