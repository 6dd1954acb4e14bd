using LoopRig.Models;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Synthesis;

/// <summary>Scores of the targets of a chunk by a network: only the units of the chunk are read out, and where every target is one unit, each stimulus asks for its own alone.</summary>
internal sealed class ProbeObjective : IObjective
{
    private readonly SynthesisPreset _preset;
    private readonly IReadOnlyList<Batch> _batches;
    private readonly NetworkWindows _windows;
    private readonly IProbe _probe;
    private readonly bool _each;
    private readonly int[] _units;

    internal ProbeObjective(INetwork network, SynthesisPreset preset, NetworkWindows windows, IReadOnlyList<Batch> batches)
    {
        (_preset, _windows, _batches) = (preset, windows, batches);
        _each = batches.All(static batch => batch.Target.IsOneUnit);
        _units = _each
            ? [.. batches.SelectMany(batch => Enumerable.Repeat(batch.Target.Units[0].Unit, preset.Batch * windows.SamplesEach))]
            : [.. batches.SelectMany(static batch => batch.Target.Units.Concat(batch.Target.Contrast.SelectMany(static cluster => cluster))).Select(static unit => unit.Unit).Distinct()];
        _probe = network.Probe(new ProbedUnits(_units, _each));
    }

    /// <inheritdoc/>
    public Tensor Scores(Tensor seen, IReadOnlyDictionary<string, Tensor> vectors, Random? chance)
    {
        Tensor responses = _windows.Respond(_probe, seen, vectors, chance); // [N, F, K]
        if (_each) return Score(responses.Squeeze(2), _batches.Select(static batch => batch.Target.Least));
        return F.Cat([.. _batches.Select((batch, b) => Score(Driven(responses.Narrow(0, b * _preset.Batch, _preset.Batch), batch.Target), [batch.Target.Least]))]);
    }

    /// <summary>Weighted sums of responses, mean over the frames that count: [N].</summary>
    internal float[] Activations(Tensor seen, IReadOnlyDictionary<string, Tensor> vectors)
    {
        using NoGrad guard = new();
        using Scope scope = new();
        Tensor responses = _windows.Respond(_probe, seen, vectors, null);
        Tensor sums = _each ? responses.Squeeze(2)
            : F.Cat([.. _batches.Select((batch, b) => Sum(responses.Narrow(0, b * _preset.Batch, _preset.Batch), batch.Target.Units))]);
        return F.Mean(sums, [1]).ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => _probe.Dispose();

    // [S, F] to [S].
    private Tensor Score(Tensor driven, IEnumerable<bool> least)
    {
        bool[] down = [.. least];
        if (Array.TrueForAll(down, one => one == down[0])) return Score(driven, down[0]);
        return F.Cat([.. down.Select((one, b) => Score(driven.Narrow(0, b * _preset.Batch, _preset.Batch), one))]);
    }

    private Tensor Score(Tensor driven, bool least)
    {
        const double Tiny = 1e-6; // a response of zero has no inverse
        if (_preset.Score == ScoreKind.InversePower) return -F.Mean(F.Pow(F.Clamp(driven, Tiny, null), least ? _preset.Temperature : -_preset.Temperature), [1]);
        Tensor mean = F.Mean(driven, [1]);
        return least ? -mean : mean;
    }

    // [S, F, K] to [S, F].
    private Tensor Driven(Tensor responses, SynthesisTarget target)
    {
        Tensor own = Sum(responses, target.Units);
        if (target.Contrast.Count == 0) return own;
        Tensor others = F.Stack([.. target.Contrast.Select(cluster => Sum(responses, cluster))]); // [clusters, S, F]
        if (target.ContrastTemperature is not { } temperature) return own - F.Mean(others, [0]);
        Tensor all = F.Cat([own.Unsqueeze(0), others]) * (1 / temperature);
        Tensor most = F.AMax(all.Detach(), [0], keepDimensions: true); // so that no exponential overflows
        return own - temperature * (F.Log(F.Mean(F.Exp(all - most), [0])) + most.Squeeze(0));
    }

    private Tensor Sum(Tensor responses, IReadOnlyList<UnitWeight> units)
    {
        float[] weights = new float[_units.Length];
        foreach (UnitWeight unit in units)
            weights[Array.IndexOf(_units, unit.Unit)] += (float)unit.Weight;
        return F.MatMul(responses, Tensor.FromArray(weights).To(responses.Device));
    }
}
