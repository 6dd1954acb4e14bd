using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Synthesis;

/// <summary>
/// The best Gabor, or the best centre-surround, for each target: the interpretable rival of a free stimulus. Random candidates, the same for all targets, then gradient ascent on the
/// parameters of the best few. Where the network has a memory the stimulus is a still.
/// </summary>
public sealed class ParametricSearch
{
    private const int Chunk = 64;

    private readonly INetwork _network;
    private readonly ParametricSettings _settings;
    private readonly SynthesisInputs _inputs;
    private readonly SynthesisPreset _preset;

    /// <summary>Prepares the search.</summary>
    /// <param name="network">Must outlive it.</param>
    /// <param name="settings">What and how; null: Gabors by the defaults.</param>
    /// <param name="inputs">What the network is shown besides.</param>
    /// <exception cref="SynthesisException">A number cannot be.</exception>
    public ParametricSearch(INetwork network, ParametricSettings? settings = null, SynthesisInputs? inputs = null)
    {
        (_network, _settings, _inputs) = (network, settings ?? new ParametricSettings(), Activations.Still(network, inputs ?? new SynthesisInputs()));
        if (_settings.Climbed < 1 || _settings.Candidates < _settings.Climbed || _settings.Steps < 0 || !(_settings.Rms > 0) || !(_settings.Rate > 0))
            throw new SynthesisException($"parametric search: candidates {_settings.Candidates}, climbed {_settings.Climbed}, steps {_settings.Steps}, rms {_settings.Rms}, rate {_settings.Rate}");
        _preset = new SynthesisPreset { Name = "parametric", Batch = _settings.Climbed, Steps = Math.Max(1, _settings.Steps), Rate = new Anneal(_settings.Rate, _settings.Rate / 10) };
    }

    /// <summary>Searches.</summary>
    /// <param name="targets">What to drive.</param>
    /// <param name="seed">Of the candidates.</param>
    /// <param name="stop">Ends it between steps.</param>
    /// <returns>One a target.</returns>
    public ParametricResult[] Run(IReadOnlyList<SynthesisTarget> targets, int seed, CancellationToken stop = default)
    {
        foreach (SynthesisTarget target in targets)
            target.Validate(_network.Units);
        NetworkWindows windows = new(_network, _inputs);
        using Display display = new(windows.Image, _inputs, _network.Weights.Device);
        using ParametricForm form = new(_settings, display);
        float[][] candidates = new float[_settings.Candidates][];
        SeededRandom random = new((ulong)seed, $"candidates/{_settings.Kind}");
        for (int i = 0; i < candidates.Length; i++)
            candidates[i] = form.Draw(random);
        float[][] scores = Try(candidates, targets, form, windows, stop);
        List<ParametricResult> results = [];
        for (int first = 0; first < targets.Count; first += Math.Max(1, Chunk / _settings.Climbed))
        {
            SynthesisTarget[] some = [.. targets.Skip(first).Take(Math.Max(1, Chunk / _settings.Climbed))];
            float[] start = [.. some.SelectMany((_, t) => candidates.Zip(scores[first + t]).OrderByDescending(static pair => pair.Second).Take(_settings.Climbed).SelectMany(static pair => pair.First))];
            results.AddRange(Climb(some, start, form, windows, display, stop));
        }
        return [.. results];
    }

    // Scores of every candidate, one row a target: high is good, also where low responses are sought.
    private float[][] Try(float[][] candidates, IReadOnlyList<SynthesisTarget> targets, ParametricForm form, NetworkWindows windows, CancellationToken stop)
    {
        using NoGrad guard = new();
        float[][] scores = [.. targets.Select(_ => new float[candidates.Length])];
        // As the mean of one unit each target is read out for every stimulus of the batch.
        SynthesisPreset preset = _preset with { Batch = 1 };
        using TargetScores all = new(_network, preset, windows, targets);
        for (int first = 0; first < candidates.Length; first += Chunk)
        {
            stop.ThrowIfCancellationRequested();
            using Scope scope = new();
            int count = Math.Min(Chunk, candidates.Length - first);
            Tensor stimuli = form.Render(Tensor.FromArray([.. candidates.Skip(first).Take(count).SelectMany(static one => one)], count, form.Count).To(_network.Weights.Device));
            float[] found = all.Of(stimuli).ToArray(); // [targets, count]
            for (int t = 0; t < targets.Count; t++)
                Array.Copy(found, t * count, scores[t], first, count);
        }
        return scores;
    }

    private IEnumerable<ParametricResult> Climb(SynthesisTarget[] targets, float[] start, ParametricForm form, NetworkWindows windows, Display display, CancellationToken stop)
    {
        using Scope scope = new();
        Batch[] batches = [.. targets.Select(static (target, i) => new Batch(target, i, 0))];
        using ProbeObjective objective = new(_network, _preset, windows, batches);
        Dictionary<string, Tensor> none = [];
        int count = targets.Length * _settings.Climbed;
        Tensor parameters = Tensor.FromArray(start, count, form.Count).To(display.Device);
        using StepRule rule = new(_preset, parameters);
        for (int step = 0; step < _settings.Steps; step++)
        {
            stop.ThrowIfCancellationRequested();
            using Scope inner = new();
            Tensor leaf = parameters.Detach();
            leaf.RequiresGrad = true;
            Tensor loss = -F.Sum(objective.Scores(form.Render(leaf), none, null));
            Tensor gradient = Autograd.Grad([loss], [leaf])[0]!;
            using NoGrad guard = new();
            rule.Take(parameters, gradient, Tensor.Scalar(_preset.Rate.At(step, _preset.Steps)).To(display.Device), step);
            parameters.CopyFrom(form.Bound(parameters));
        }
        using NoGrad after = new();
        Tensor rendered = form.Render(parameters);
        float[] activations = objective.Activations(rendered, none), scores = objective.Scores(rendered, none, null).ToArray(), images = rendered.ToArray(), stored = parameters.ToArray();
        int length = images.Length / count;
        return [.. targets.Select((target, t) =>
        {
            int best = Enumerable.Range(t * _settings.Climbed, _settings.Climbed).MaxBy(n => scores[n]);
            float[] image = images[(best * length)..((best + 1) * length)];
            return new ParametricResult
            {
                Target = target,
                Image = image,
                Pixels = display.ToPixels(image),
                Activation = activations[best],
                Parameters = form.Named(stored.AsSpan(best * form.Count, form.Count)),
            };
        })];
    }
}
