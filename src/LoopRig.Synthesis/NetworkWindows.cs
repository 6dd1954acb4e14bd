using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Models.Foundation;
using LoopRig.Torch;

namespace LoopRig.Synthesis;

/// <summary>From stimuli and vectors to the windows that a network takes, and from its answers to responses at the frames that count.</summary>
internal sealed class NetworkWindows
{
    private readonly INetwork _network;
    private readonly SynthesisInputs _inputs;
    private readonly int _optimised;

    internal NetworkWindows(INetwork network, SynthesisInputs inputs)
    {
        (_network, _inputs) = (network, inputs);
        _optimised = network.Inputs.ToList().FindIndex(input => input.Kind == InputKind.Image && (inputs.Optimised is null || input.Name == inputs.Optimised));
        if (_optimised < 0) throw new SynthesisException($"the network has no image input{(inputs.Optimised is null ? "" : $" '{inputs.Optimised}'")}");
        if (network.Inputs.Where((input, i) => input.Kind == InputKind.Image && i != _optimised).FirstOrDefault() is { } other)
            throw new SynthesisException($"the network sees a second image, '{other.Name}', which synthesis cannot hold");
        foreach ((string name, float[] values) in inputs.Fixed)
            if (network.Spec.FindInput(name) is not { Kind: InputKind.Vector } input || input.Length != values.Length)
                throw new SynthesisException($"'{name}' is fixed to {values.Length} values, but is no vector input of that length");
        if (inputs.Frames < 1 || inputs.BurnIn < 0 || inputs.BurnIn >= inputs.Frames) throw new SynthesisException($"{inputs.Frames} frames with a burn-in of {inputs.BurnIn} leave none that counts");
        if (EveryFrame || network.WindowFrames == 1) return;
        if (inputs.Frames != network.WindowFrames) throw new SynthesisException($"the network answers windows of {network.WindowFrames} frames: give so many, or the same still in each");
        if (inputs.BurnIn > 0) throw new SynthesisException("a network that answers the last frame of a window has no burn-in");
    }

    /// <summary>The input that is optimised.</summary>
    internal InputSpec Image => _network.Inputs[_optimised];

    /// <summary>Samples that the network's probe gets for each stimulus: a network of single frames gets each frame as one.</summary>
    internal int SamplesEach => OneByOne ? CountedFrames : 1;

    private bool EveryFrame => _network.AnswersEveryFrame;

    // A still is the same in every frame: one is enough for a network that has no memory.
    private bool OneByOne => !EveryFrame && _network.WindowFrames == 1;

    private int CountedFrames => _inputs.Still && !EveryFrame ? 1 : _inputs.Frames - _inputs.BurnIn;

    /// <summary>Stimuli [N, T, C, H, W] to responses [N, F, K] at the frames that count.</summary>
    internal Tensor Respond(IProbe probe, Tensor seen, IReadOnlyDictionary<string, Tensor> vectors, Random? chance)
    {
        long count = seen.Size(0);
        Tensor frames = OneByOne && seen.Size(1) > 1 ? seen.Narrow(1, _inputs.BurnIn, CountedFrames)
            : !OneByOne && _inputs.Still ? seen.Expand(-1, _inputs.Frames, -1, -1, -1) : seen;
        // There is no light below none, and a power of it is no number: recipes without a range, and noise, can ask for it.
        if (_network.Spec is FoundationSpec) frames = Functional.Clamp(frames, 0, null);
        long samples = OneByOne ? count * SamplesEach : count, length = OneByOne ? 1 : frames.Size(1);
        var windows = new Tensor[_network.Inputs.Count];
        for (int i = 0; i < windows.Length; i++)
        {
            InputSpec input = _network.Inputs[i];
            windows[i] = i == _optimised ? OneByOne ? frames.Flatten(0, 1).Unsqueeze(1) : frames
                : Vector(input, vectors, count).Unsqueeze(1).Expand(-1, OneByOne ? SamplesEach : length, -1).Reshape(samples, length, input.Length);
        }
        Tensor responses = probe.Respond(windows, chance);
        if (OneByOne) return responses.Reshape(count, SamplesEach, -1);
        return EveryFrame ? responses.Narrow(1, _inputs.BurnIn, _inputs.Frames - _inputs.BurnIn) : responses.Unsqueeze(1);
    }

    /// <summary>Where the optimised vector inputs start.</summary>
    internal Dictionary<string, float[]> OptimisedVectors(SynthesisPreset preset)
    {
        IEnumerable<InputSpec> all = _network.Inputs.Where(static input => input.Kind == InputKind.Vector);
        if (_inputs.Jointly is { } named)
        {
            foreach (string name in named)
                if (all.All(input => input.Name != name)) throw new SynthesisException($"the network has no vector input '{name}' to optimise");
            all = all.Where(input => named.Contains(input.Name));
        }
        else
            // The published recipe leaves the shifter's pose alone.
            all = all.Where(input => preset.OptimisesBehaviour && !_inputs.Fixed.ContainsKey(input.Name) && input.Name != "shifter");
        return all.ToDictionary(static input => input.Name, input => _inputs.Fixed.TryGetValue(input.Name, out float[]? given) ? given : Constant(input, preset.BehaviourStart));
    }

    /// <summary>What a vector input that is not optimised holds.</summary>
    internal float[] Held(InputSpec input) => _inputs.Fixed.TryGetValue(input.Name, out float[]? given) ? given : Constant(input, 0);

    private static float[] Constant(InputSpec input, double value) => [.. Enumerable.Repeat((float)value, input.Length)];

    private Tensor Vector(InputSpec input, IReadOnlyDictionary<string, Tensor> vectors, long count)
        => vectors.TryGetValue(input.Name, out Tensor? optimised) ? optimised : Tensor.FromArray(Held(input), 1, input.Length).To(_network.Weights.Device).Expand(count, -1);
}
