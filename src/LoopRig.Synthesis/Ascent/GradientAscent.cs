using System.Diagnostics;
using LoopRig.Core;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Synthesis;

/// <summary>
/// The ascent of one chunk: several batches of stimuli, optimised side by side. A step: what is shown, what the network sees of it, scores and penalties, gradient by the stimuli alone,
/// the gradient's shape, the optimiser, blur, hard limits.
/// </summary>
internal sealed class GradientAscent : IDisposable
{
    private readonly SynthesisPreset _preset;
    private readonly Display _display;
    private readonly IReadOnlyList<Batch> _batches;
    private readonly IObjective _objective;
    private readonly Backgrounds? _backgrounds;
    private readonly int _seed;
    private readonly bool _holdsStimulus;
    private readonly Penalties _penalties;
    private readonly HardLimits _limits;
    private readonly GradientShaper _shaper;
    private readonly Transforms _transforms;
    private readonly Dictionary<string, StepRule> _rules = [];

    /// <param name="preset">The recipe.</param>
    /// <param name="display">Shape and monitor; borrowed.</param>
    /// <param name="batches">What lies in the chunk.</param>
    /// <param name="objective">What is driven up; borrowed.</param>
    /// <param name="vectors">Where optimised vector inputs start.</param>
    /// <param name="seed">Of all chance.</param>
    /// <param name="inputs">Where stimuli start, and backgrounds.</param>
    internal GradientAscent(
        SynthesisPreset preset, Display display, IReadOnlyList<Batch> batches, IObjective objective, IReadOnlyDictionary<string, float[]> vectors, int seed, SynthesisInputs inputs)
    {
        (_preset, _display, _batches, _objective, _seed, _holdsStimulus) = (preset, display, batches, objective, seed, inputs.HoldsStimulus);
        Variables = new Variables(preset, display, batches, vectors, seed, inputs.Start);
        States = [.. batches.Select(_ => new BatchState { Rate = preset.Rate.Start })];
        _penalties = new Penalties(preset, display);
        _limits = new HardLimits(preset, display);
        _shaper = new GradientShaper(preset, display);
        _transforms = new Transforms(preset, display, batches, seed);
        if (preset.AlphaWeight is not null) _backgrounds = new Backgrounds(display, inputs.Backgrounds, seed);
        foreach ((string name, Tensor tensor) in Variables.Tensors)
            _rules[name] = new StepRule(preset, tensor);
        using NoGrad guard = new();
        using Scope scope = new();
        // A stimulus that is held is shown as it was given, whatever the recipe's limits.
        if (preset.Form == StimulusForm.Direct && !_holdsStimulus) Variables.Tensors[Variables.Stimulus].CopyFrom(_limits.Apply(Variables.Tensors[Variables.Stimulus]));
    }

    internal Variables Variables { get; }

    /// <summary>One a batch.</summary>
    internal BatchState[] States { get; set; }

    /// <summary>Steps that were taken.</summary>
    internal int Steps { get; set; }

    /// <summary>Penalties less scores before the last step, summed over the stimuli.</summary>
    internal double Loss { get; private set; }

    /// <summary>Whether there is nothing left to do.</summary>
    internal bool Finished => Steps >= _preset.Steps || Array.TrueForAll(States, static state => state.Stopped);

    /// <summary>Everything that must be saved to go on later, by name.</summary>
    internal IEnumerable<(string Name, Tensor Tensor)> Memory()
    {
        foreach ((string name, Tensor tensor) in Variables.Tensors)
        {
            yield return (name, tensor);
            foreach ((string part, Tensor memory) in _rules[name].Memory())
                yield return ($"{name}.{part}", memory);
        }
    }

    /// <summary>Takes all steps, as the only chunk of its kind.</summary>
    /// <exception cref="OperationCanceledException">It was ended behind a step.</exception>
    internal void Climb(Action<SynthesisProgress>? progress, CancellationToken stop)
    {
        long began = Stopwatch.GetTimestamp();
        while (!Finished)
        {
            stop.ThrowIfCancellationRequested();
            Step();
            progress?.Invoke(new SynthesisProgress(Steps, _preset.Steps, 0, 1, States.Average(static state => state.Log[^1].Score), Stopwatch.GetElapsedTime(began) * ((double)(_preset.Steps - Steps) / Steps)));
        }
    }

    /// <summary>Takes one step.</summary>
    /// <exception cref="SynthesisException">Scores are not finite.</exception>
    internal void Step()
    {
        using Scope scope = new();
        OrderedDictionary<string, Tensor> leaves = [];
        foreach ((string name, Tensor tensor) in Variables.Tensors)
        {
            Tensor leaf = tensor.Detach();
            leaf.RequiresGrad = true;
            leaves.Add(name, leaf);
        }
        Tensor shown = Variables.Shown(leaves);
        Tensor scores = Score(shown, leaves);
        Tensor? costs = _penalties.Of(shown, _preset.Batch);
        Tensor loss = F.Sum(costs is null ? -scores : costs - scores);
        Tensor?[] gradients = Autograd.Grad([loss], [.. leaves.Values], allowUnused: true);
        using NoGrad guard = new();
        float[] score = scores.ToArray();
        float[]? cost = costs?.ToArray();
        Loss = (cost?.Sum(static one => (double)one) ?? 0) - score.Sum(static one => (double)one);
        Tensor rates = Note(score, cost);
        int at = 0;
        foreach ((string name, Tensor tensor) in Variables.Tensors)
            if (gradients[at++] is { } gradient && !(_holdsStimulus && Variables.IsOfStimulus(name))) Move(name, tensor, gradient, rates);
        Steps++;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Variables.Dispose();
        _penalties.Dispose();
        _shaper.Dispose();
        foreach (StepRule rule in _rules.Values)
            rule.Dispose();
    }

    private Tensor Score(Tensor shown, OrderedDictionary<string, Tensor> leaves)
    {
        Tensor seen = shown;
        if (_backgrounds is not null)
        {
            Tensor behind = _backgrounds.Draw(Steps);
            seen = behind + (shown - behind) * leaves[Variables.Alpha];
        }
        Dictionary<string, Tensor> vectors = Variables.Vectors.ToDictionary(static name => name, name => leaves[name]);
        Tensor scores = _objective.Scores(_transforms.Apply(seen, Steps), vectors, Chance());
        return _preset.AlphaWeight is { } weight ? scores * (1 - weight * F.Mean(leaves[Variables.Alpha], [1, 2, 3, 4])) : scores;
    }

    // Streams are drawn alike in all chunks; dropout, which draws a number an element, by the chunk's first batch.
    private Random? Chance()
    {
        if (!_preset.KeepsNoise) return null;
        LibTorch.ManualSeed(new SeededRandom((ulong)_seed, $"chance/{_batches[0].Stream}/{Steps}").NextBits());
        return new Random((int)new SeededRandom((ulong)_seed, $"stream/{Steps}").NextBits());
    }

    // Logs the step; gives its sizes, one number or one a stimulus.
    private Tensor Note(float[] scores, float[]? costs)
    {
        float[] rates = new float[scores.Length];
        for (int b = 0; b < States.Length; b++)
        {
            Range mine = (b * _preset.Batch)..((b + 1) * _preset.Batch);
            double score = scores[mine].Average(), cost = costs?[mine].Average() ?? 0, rate = States[b].RateAt(_preset, Steps);
            if (!double.IsFinite(score + cost)) throw new SynthesisException($"target {_batches[b].Target.Label}: score {score} and penalty {cost} in step {Steps}: smaller steps are needed");
            Array.Fill(rates, (float)rate, b * _preset.Batch, _preset.Batch);
            States[b].Note(_preset, new SynthesisStep(Steps, score, cost, rate));
        }
        return Array.TrueForAll(rates, rate => rate == rates[0]) ? Tensor.Scalar(rates[0]).To(_display.Device) : Tensor.FromArray(rates).To(_display.Device);
    }

    private void Move(string name, Tensor x, Tensor gradient, Tensor rates)
    {
        bool stimulus = name == Variables.Stimulus;
        Tensor each = rates.Rank == 0 ? rates : rates.Reshape([-1, .. Enumerable.Repeat(1L, x.Rank - 1)]);
        Tensor? before = rates.Rank == 0 ? null : x.Clone();
        _rules[name].Take(x, stimulus ? _shaper.Shape(gradient, Steps) : gradient, each, Steps);
        if (name == Variables.Alpha) x.CopyFrom(F.Clamp(x, 0, 1));
        if (_preset.BehaviourLimit is { } most && Variables.Vectors.Contains(name)) x.CopyFrom(F.Clamp(x, -most, most));
        if (!stimulus || _preset.Form != StimulusForm.Direct) return;
        Tensor limited = _limits.Apply(GaussianBlur.Of(x, _preset.Blur.At(Steps, _preset.Steps)));
        if (before is not null) limited = F.Where(F.Gt(each, 0), limited, before); // what has stopped stays, unblurred
        if (!ReferenceEquals(limited, x)) x.CopyFrom(limited);
    }
}
