using LoopRig.Models;
using LoopRig.Native.LibC;

namespace LoopRig.Synthesis;

/// <summary>One chunk, all targets of it, step by step: what <see cref="Synthesiser.Run"/> repeats. For measurements and for those who want to watch.</summary>
public sealed class SynthesisStepper : IDisposable
{
    private readonly Display _display;
    private readonly ProbeObjective _objective;
    private readonly GradientAscent _ascent;

    /// <summary>Prepares the steps.</summary>
    /// <param name="network">Must outlive the stepper.</param>
    /// <param name="preset">The recipe; one batch of each target is taken.</param>
    /// <param name="inputs">What the network is shown.</param>
    /// <param name="targets">What to drive.</param>
    /// <param name="seed">Of all chance.</param>
    /// <exception cref="SynthesisException">As for <see cref="Synthesiser"/>.</exception>
    public SynthesisStepper(INetwork network, SynthesisPreset preset, SynthesisInputs inputs, IReadOnlyList<SynthesisTarget> targets, int seed)
    {
        preset.Validate();
        foreach (SynthesisTarget target in targets)
            target.Validate(network.Units);
        LargeBlocks.Keep();
        inputs = Synthesiser.Complete(network, inputs);
        NetworkWindows windows = new(network, inputs);
        Batch[] batches = [.. targets.Select(static (target, i) => new Batch(target, i, 0))];
        _display = new Display(windows.Image, inputs, network.Weights.Device);
        _objective = new ProbeObjective(network, preset, windows, batches);
        _ascent = new GradientAscent(preset, _display, batches, _objective, windows.OptimisedVectors(preset), seed, inputs);
    }

    /// <summary>Whether the recipe's steps are all taken.</summary>
    public bool Finished => _ascent.Finished;

    /// <summary>Takes a step.</summary>
    /// <returns>The loss before it: penalties less scores, summed over the stimuli.</returns>
    /// <exception cref="SynthesisException">Scores are not finite.</exception>
    public double Step()
    {
        _ascent.Step();
        return _ascent.Loss;
    }

    /// <summary>The values of what is optimised as they are now: "stimulus" [N T C H W] in network units, and each optimised vector input [N D] by its name.</summary>
    public IReadOnlyDictionary<string, float[]> Values() => _ascent.Variables.Tensors.ToDictionary(static pair => pair.Key, static pair => pair.Value.ToArray());

    /// <inheritdoc/>
    public void Dispose()
    {
        _ascent.Dispose();
        _objective.Dispose();
        _display.Dispose();
    }
}
