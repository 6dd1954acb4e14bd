using LoopRig.Torch;

namespace LoopRig.Training;

/// <summary>An exponential moving average of parameters and running statistics, which can take their place for a while.</summary>
internal sealed class WeightAverage : IDisposable
{
    private static readonly Op s_subtract = Op.Get("aten::_foreach_sub", "List");
    private static readonly Op s_add = Op.Get("aten::_foreach_add_", "List");

    private readonly double _decay;
    private readonly Tensor[] _live;
    private readonly WeightsCopy _average, _aside;

    internal WeightAverage(IEnumerable<Tensor> live, double decay)
    {
        _decay = decay;
        // Counts of batches are no weights.
        _live = [.. live.Where(static tensor => tensor.Dtype == ScalarType.Float32)];
        (_average, _aside) = (new WeightsCopy(_live), new WeightsCopy(_live));
    }

    /// <summary>The averages.</summary>
    internal IReadOnlyList<Tensor> Values => _average.Values;

    /// <summary>What is averaged.</summary>
    internal IReadOnlyList<Tensor> Live => _live;

    /// <summary>Takes the weights in as they are behind a step.</summary>
    /// <param name="step">The step, from 0.</param>
    internal void Update(long step)
    {
        using var noGraph = new NoGrad();
        using var scope = new Scope();
        double keep = Math.Min(_decay, (1.0 + step) / (10.0 + step));
        Tensor[] average = [.. _average.Values];
        // By the difference: what does not move (frozen parameters and statistics) then stays as it is to the bit.
        Tensor[] difference = s_subtract.CallMany((Tensor?[])_live, (Tensor?[])average, 1.0)!;
        s_add.Invoke(average, difference, 1 - keep);
    }

    /// <summary>Puts the averages in the weights' place.</summary>
    internal void SwapIn()
    {
        _aside.Take();
        _average.Restore();
    }

    /// <summary>Puts the weights back.</summary>
    internal void SwapOut() => _aside.Restore();

    public void Dispose()
    {
        _average.Dispose();
        _aside.Dispose();
    }
}
