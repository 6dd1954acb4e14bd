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
            : UnitSums.Of(batches.Select(static batch => batch.Target));
        _probe = network.Probe(new ProbedUnits(_units, _each));
    }

    /// <inheritdoc/>
    public Tensor Scores(Tensor seen, IReadOnlyDictionary<string, Tensor> vectors, Random? chance)
    {
        Tensor driven = Driven(seen, vectors, chance); // [N, F]
        bool least = _batches[0].Target.Least;
        return _batches.All(batch => batch.Target.Least == least) ? UnitSums.Score(driven, least, _preset)
            : F.Cat([.. _batches.Select((batch, b) => UnitSums.Score(Part(driven, b), batch.Target.Least, _preset))]);
    }

    /// <summary>What the targets' units and clusters make of the stimuli, [N, F], before it is scored; differentiable.</summary>
    internal Tensor Driven(Tensor seen, IReadOnlyDictionary<string, Tensor> vectors, Random? chance)
    {
        Tensor responses = _windows.Respond(_probe, seen, vectors, chance); // [N, F, K]
        return _each ? responses.Squeeze(2) : F.Cat([.. _batches.Select((batch, b) => UnitSums.Driven(Part(responses, b), batch.Target, _units))]);
    }

    /// <summary>Weighted sums of responses, mean over the frames that count: [N].</summary>
    internal float[] Activations(Tensor seen, IReadOnlyDictionary<string, Tensor> vectors)
    {
        using NoGrad guard = new();
        using Scope scope = new();
        Tensor responses = _windows.Respond(_probe, seen, vectors, null);
        Tensor sums = _each ? responses.Squeeze(2) : F.Cat([.. _batches.Select((batch, b) => UnitSums.Sum(Part(responses, b), batch.Target.Units, _units))]);
        return F.Mean(sums, [1]).ToArray();
    }

    /// <summary>What is driven, contrasts included, mean over the frames that count and without chance: [N]. Of a target without clusters that is its activation.</summary>
    internal float[] Merits(Tensor seen, IReadOnlyDictionary<string, Tensor> vectors)
    {
        using NoGrad guard = new();
        using Scope scope = new();
        return F.Mean(Driven(seen, vectors, null), [1]).ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => _probe.Dispose();

    private Tensor Part(Tensor all, int batch) => all.Narrow(0, batch * _preset.Batch, _preset.Batch);
}
