using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Synthesis;

namespace LoopRig.Benchmarks;

/// <summary>Our side: the synthesiser's own step on one chunk.</summary>
internal sealed class SynthesisSide(INetwork network, SynthesisPreset preset, SynthesisInputs inputs, IReadOnlyList<SynthesisTarget> targets) : ISide, IDisposable
{
    private SynthesisStepper _stepper = new(network, preset, inputs, targets, 1);

    public string Form => "the synthesiser's step; freed blocks are kept";

    public void TakeSteps(Span<long> elapsedNs)
    {
        for (var i = 0; i < elapsedNs.Length; i++)
        {
            if (_stepper.Finished)
            {
                _stepper.Dispose();
                _stepper = new SynthesisStepper(network, preset, inputs, targets, 1);
            }
            var begin = RigClock.Now;
            _stepper.Step();
            elapsedNs[i] = RigClock.Now - begin;
        }
    }

    /// <summary>The losses before the first steps of a fresh start.</summary>
    public double[] Losses(int steps)
    {
        using var fresh = new SynthesisStepper(network, preset, inputs, targets, 1);
        return [.. Enumerable.Range(0, steps).Select(_ => fresh.Step())];
    }

    /// <summary>What is optimised, before the first step.</summary>
    public IReadOnlyDictionary<string, float[]> Start() => _stepper.Values();

    public void Dispose() => _stepper.Dispose();
}
