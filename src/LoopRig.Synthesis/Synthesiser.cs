using System.Diagnostics;
using LoopRig.Models;
using LoopRig.Models.Xu;
using LoopRig.Native.LibC;

namespace LoopRig.Synthesis;

/// <summary>
/// Finds the stimuli that drive targets most, or least: many targets at once, as one batch a chunk. The network's weights are neither changed nor differentiated, and no more of it is computed than
/// the targets read. The same seed gives the same stimuli however targets are chunked, but for recipes that keep dropout, whose chunks hold one batch.
/// </summary>
public sealed class Synthesiser
{
    private readonly INetwork _network;
    private readonly SynthesisPreset _preset;
    private readonly SynthesisInputs _inputs;
    private readonly NetworkWindows _windows;

    /// <summary>Prepares a synthesis.</summary>
    /// <param name="network">Must outlive the synthesiser; used in evaluation mode.</param>
    /// <param name="preset">The recipe.</param>
    /// <param name="inputs">What the network is shown; null: one image, every other input at zero.</param>
    /// <exception cref="SynthesisException">A number of the preset cannot be, or the inputs do not fit the network.</exception>
    public Synthesiser(INetwork network, SynthesisPreset preset, SynthesisInputs? inputs = null)
    {
        preset.Validate();
        inputs = Complete(network, inputs);
        (_network, _preset, _inputs) = (network, preset, inputs);
        _windows = new NetworkWindows(network, inputs);
    }

    /// <summary>Most stimuli of a chunk; a batch is never divided. Null: 64 images, or movies of 128 frames together.</summary>
    public int? ChunkStimuli { get; init; }

    /// <summary>Where the state of each chunk is kept, so that a run which was ended goes on; null: nowhere.</summary>
    public string? StateFolder { get; init; }

    /// <summary>Synthesises.</summary>
    /// <param name="targets">What to drive.</param>
    /// <param name="seed">Of all chance.</param>
    /// <param name="progress">Told every step, on this thread.</param>
    /// <param name="stop">Ends it behind a step; with a state folder the next run goes on there.</param>
    /// <returns>One a target.</returns>
    /// <exception cref="SynthesisException">A target is not of the network, scores are not finite, or the state folder belongs to another synthesis.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public SynthesisResult[] Run(IReadOnlyList<SynthesisTarget> targets, int seed, Action<SynthesisProgress>? progress = null, CancellationToken stop = default)
    {
        foreach (SynthesisTarget target in targets)
            target.Validate(_network.Units);
        LargeBlocks.Keep();
        Batch[] batches = [.. targets.SelectMany((target, i) => Enumerable.Range(0, _preset.Repeats).Select(repeat => new Batch(target, i, repeat)))];
        // Dropout's draws would hang on what lies in the chunk; of the networks, Xu's alone keeps it.
        int each = _preset.KeepsNoise && _network.Spec is XuSpec { Dropout: > 0 } ? 1 : Math.Max(1, (ChunkStimuli ?? Math.Clamp(128 / _inputs.Frames, 1, 64)) / _preset.Batch);
        Batch[][] chunks = [.. batches.Chunk(each)];
        using Display display = new(_windows.Image, _inputs, _network.Weights.Device);
        ChunkStates? states = StateFolder is null ? null : new ChunkStates(StateFolder, ChunkStates.Identity(_network, _preset, _inputs, targets, seed, each));
        Found found = new(_network, _preset, _windows, display, targets, seed);
        long began = Stopwatch.GetTimestamp(), taken = 0;
        for (int c = 0; c < chunks.Length; c++)
        {
            using ProbeObjective objective = new(_network, _preset, _windows, chunks[c]);
            using GradientAscent ascent = new(_preset, display, chunks[c], objective, _windows.OptimisedVectors(_preset), seed, _inputs);
            states?.Restore(ascent, c);
            int before = ascent.Steps;
            long written = Stopwatch.GetTimestamp();
            while (!ascent.Finished)
            {
                if (stop.IsCancellationRequested)
                {
                    states?.Write(ascent, c);
                    throw new OperationCanceledException(stop);
                }
                ascent.Step();
                taken++;
                if (states is not null && Stopwatch.GetElapsedTime(written).TotalSeconds >= _preset.StateSeconds)
                {
                    states.Write(ascent, c);
                    written = Stopwatch.GetTimestamp();
                }
                Report(progress, ascent, c, chunks.Length, began, taken);
            }
            if (ascent.Steps > before) states?.Write(ascent, c);
            found.Take(ascent, objective, chunks[c]);
        }
        return found.Results();
    }

    /// <summary>The inputs as they are used: one image for a network with a memory is a still.</summary>
    internal static SynthesisInputs Complete(INetwork network, SynthesisInputs? inputs)
        => inputs is null or { Frames: 1 } && network.WindowFrames > 1 ? Activations.Still(network, inputs ?? new SynthesisInputs()) : inputs ?? new SynthesisInputs();

    private void Report(Action<SynthesisProgress>? progress, GradientAscent ascent, int chunk, int chunks, long began, long taken)
    {
        if (progress is null) return;
        long total = (long)chunks * _preset.Steps, done = (long)chunk * _preset.Steps + ascent.Steps;
        double score = ascent.States.Average(static state => state.Log[^1].Score);
        progress(new SynthesisProgress(done, total, chunk, chunks, score, Stopwatch.GetElapsedTime(began) * ((double)(total - done) / taken)));
    }
}
