using LoopRig.Models;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Synthesis;

/// <summary>Scores of every target for every stimulus: the maps are computed once for all of them.</summary>
internal sealed class TargetScores : IDisposable
{
    private readonly IReadOnlyList<SynthesisTarget> _targets;
    private readonly NetworkWindows _windows;
    private readonly SynthesisPreset _preset;
    private readonly int[] _units;
    private readonly IProbe _probe;

    internal TargetScores(INetwork network, SynthesisPreset preset, NetworkWindows windows, IReadOnlyList<SynthesisTarget> targets)
    {
        (_targets, _windows, _preset) = (targets, windows, preset);
        _units = UnitSums.Of(targets);
        _probe = network.Probe(ProbedUnits.All(_units));
    }

    /// <summary>Stimuli [N, T, C, H, W] to scores [targets, N].</summary>
    internal Tensor Of(Tensor seen)
    {
        Tensor responses = _windows.Respond(_probe, seen, new Dictionary<string, Tensor>(), null); // [N, F, K]
        return F.Stack([.. _targets.Select(target => UnitSums.Score(UnitSums.Driven(responses, target, _units), target.Least, _preset))]);
    }

    /// <inheritdoc/>
    public void Dispose() => _probe.Dispose();
}
