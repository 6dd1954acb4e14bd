using LoopRig.Core;

namespace LoopRig.Models.Checks;

/// <summary>Collects the largest error of each stage against the golden values.</summary>
internal sealed class StageErrors(GoldenCase golden)
{
    private readonly OrderedDictionary<string, double> _largest = [];
    private readonly HashSet<string> _compared = [];

    /// <summary>Compares a piece of a stage: the <paramref name="piece"/>-th stretch of its own length. A stage without golden values is passed over.</summary>
    internal void Compare(string how, string stage, ReadOnlySpan<float> values, int piece)
    {
        if (!golden.Stages.TryGetValue(stage, out float[]? expected)) return;
        long start = (long)piece * values.Length;
        if (start + values.Length > expected.Length || (piece == 0 && expected.Length % values.Length != 0))
            throw new NetworkException($"{golden.Path}: stage {stage} has {expected.Length} values, the network gives {values.Length} a piece");
        _compared.Add(stage);
        string key = $"{how}.{stage}";
        double largest = _largest.TryGetValue(key, out double known) ? known : 0;
        for (int i = 0; i < values.Length; i++)
        {
            double reference = expected[start + i];
            double error = Math.Abs(values[i] - reference) / (1 + Math.Abs(reference));
            largest = double.IsNaN(error) ? double.PositiveInfinity : Math.Max(largest, error);
        }
        _largest[key] = largest;
    }

    /// <summary>The largest error of each stage so far.</summary>
    internal IReadOnlyDictionary<string, double> Largest => _largest;

    /// <summary>Golden stages that nothing was compared with.</summary>
    internal IReadOnlyList<string> NotCompared => [.. golden.Stages.Keys.Where(stage => !_compared.Contains(stage))];
}
