using LoopRig.Models;
using LoopRig.Torch;

namespace LoopRig.Synthesis;

/// <summary>
/// Diverse exciting inputs and invariances: several stimuli that drive a target to a share of the most exciting one's activation and are as far as possible from each other, or from that one
/// (after Cadena et al. 2018 and Ding et al. 2023).
/// </summary>
public sealed class DiverseInputs
{
    private readonly INetwork _network;
    private readonly SynthesisPreset _preset;
    private readonly SynthesisInputs _inputs;
    private readonly DiverseSettings _settings;

    /// <summary>Prepares the search.</summary>
    /// <param name="network">Must outlive it.</param>
    /// <param name="preset">The recipe that the most exciting stimulus was found by; it must limit the stimulus's size, or distance costs nothing.</param>
    /// <param name="inputs">What the network is shown.</param>
    /// <param name="settings">How many; null: the defaults.</param>
    /// <exception cref="SynthesisException">A number cannot be, or nothing limits the stimulus.</exception>
    public DiverseInputs(INetwork network, SynthesisPreset preset, SynthesisInputs? inputs = null, DiverseSettings? settings = null)
    {
        settings ??= new DiverseSettings();
        if (settings.Count < 2 || settings.LeastShare is not (> 0 and <= 1) || !(settings.Weight > 0))
            throw new SynthesisException($"{settings.Count} diverse stimuli of at least {settings.LeastShare} with the weight {settings.Weight}: at least 2, a share in 0..1 and a positive weight are needed");
        if (!preset.KeepInRange && preset.Norm is null && preset.Rms is null && preset.Contrast is null && preset.Form == StimulusForm.Direct)
            throw new SynthesisException($"preset {preset.Name} limits nothing: diverse stimuli would grow without end (keepInRange, norm, rms or contrast)");
        (_network, _settings, _inputs) = (network, settings, Synthesiser.Complete(network, inputs));
        _preset = preset with { Batch = settings.Count, Repeats = 1, Score = ScoreKind.Response, KeepsNoise = false, OptimisesBehaviour = false, LaplacianNorm = 0 };
        _preset.Validate();
    }

    /// <summary>Seeks diverse stimuli.</summary>
    /// <param name="best">The most exciting stimulus of the target; vector inputs are held as it found them.</param>
    /// <param name="seed">Of all chance.</param>
    /// <param name="progress">Told every step, on this thread.</param>
    /// <param name="stop">Ends it behind a step.</param>
    public DiverseResult Run(SynthesisResult best, int seed, Action<SynthesisProgress>? progress = null, CancellationToken stop = default)
    {
        SynthesisInputs inputs = _inputs with { Fixed = best.Vectors, Jointly = [], Start = null };
        NetworkWindows windows = new(_network, inputs);
        Batch[] batches = [new Batch(best.Target, 0, 0)];
        using Display display = new(windows.Image, inputs, _network.Weights.Device);
        using ProbeObjective responses = new(_network, _preset, windows, batches);
        using DiverseObjective objective = new(responses, _settings, [.. best.Image.SelectMany(static frame => frame)], best.Activation, best.Target.Least, display.Device);
        using GradientAscent ascent = new(_preset, display, batches, objective, new Dictionary<string, float[]>(), seed, inputs);
        ascent.Climb(progress, stop);
        using NoGrad guard = new();
        using Scope scope = new();
        Tensor shown = ascent.Variables.Shown(ascent.Variables.Tensors);
        float[] all = shown.ToArray(), activations = responses.Activations(shown, new Dictionary<string, Tensor>()), distances = objective.Nearest(shown).ToArray();
        int[] order = [.. Enumerable.Range(0, _settings.Count).OrderBy(i => best.Target.Least ? activations[i] : -activations[i])];
        int length = all.Length / order.Length, frame = length / display.Frames;
        float[][][] images = [.. order.Select(i => all[(i * length)..((i + 1) * length)].Chunk(frame).ToArray())];
        return new DiverseResult
        {
            Target = best.Target,
            Images = images,
            Pixels = [.. images.Select(frames => frames.Select(display.ToPixels).ToArray())],
            Activations = [.. order.Select(i => (double)activations[i])],
            Shares = [.. order.Select(i => activations[i] / best.Activation)],
            Distances = [.. order.Select(i => (double)distances[i])],
            Log = [.. ascent.States[0].Log],
        };
    }
}
