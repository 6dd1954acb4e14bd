using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Torch;

namespace LoopRig.Synthesis;

/// <summary>Reads a shown stimulus from the responses to it: the stimulus whose predicted responses match them best, under the recipe's penalties and limits.</summary>
public sealed class Reconstruction
{
    private readonly INetwork _network;
    private readonly SynthesisPreset _preset;
    private readonly SynthesisInputs _inputs;

    /// <summary>Prepares it.</summary>
    /// <param name="network">Must outlive it.</param>
    /// <param name="preset">The recipe; one stimulus is optimised.</param>
    /// <param name="inputs">What the network is shown: fix the behaviour that was recorded with the responses.</param>
    /// <exception cref="SynthesisException">A number of the preset cannot be, or the inputs do not fit the network.</exception>
    public Reconstruction(INetwork network, SynthesisPreset preset, SynthesisInputs? inputs = null)
    {
        _preset = preset with { Batch = 1, Repeats = 1, OptimisesBehaviour = false };
        _preset.Validate();
        (_network, _inputs) = (network, Synthesiser.Complete(network, inputs));
    }

    /// <summary>How responses are compared; null: as the network is trained.</summary>
    public ResponseLoss? Loss { get; init; }

    /// <summary>Reconstructs.</summary>
    /// <param name="units">Indices of the units whose responses are known.</param>
    /// <param name="responses">[frames that count][units], in the network's units; one row for an image.</param>
    /// <param name="seed">Of all chance.</param>
    /// <param name="progress">Told every step, on this thread.</param>
    /// <param name="stop">Ends it behind a step.</param>
    /// <exception cref="SynthesisException">Rows or columns do not fit.</exception>
    public ReconstructionResult Run(IReadOnlyList<int> units, IReadOnlyList<float[]> responses, int seed, Action<SynthesisProgress>? progress = null, CancellationToken stop = default)
    {
        int counted = _inputs.Still && !_network.AnswersEveryFrame || _network.WindowFrames > 1 && !_network.AnswersEveryFrame ? 1 : _inputs.Frames - _inputs.BurnIn;
        if (responses.Count != counted || responses.Any(row => row.Length != units.Count))
            throw new SynthesisException($"responses of {responses.Count} frames and {(responses.Count > 0 ? responses[0].Length : 0)} units are given, {counted} and {units.Count} are needed");
        NetworkWindows windows = new(_network, _inputs);
        using Display display = new(windows.Image, _inputs, _network.Weights.Device);
        using ResponseMatch objective = new(_network, windows, units, responses, Loss ?? _network.Spec.Loss);
        Batch[] batches = [new Batch(SynthesisTarget.MeanOf(units, "reconstruction"), 0, 0)];
        using GradientAscent ascent = new(_preset, display, batches, objective, windows.OptimisedVectors(_preset), seed, _inputs);
        ascent.Climb(progress, stop);
        using NoGrad guard = new();
        using Scope scope = new();
        Variables variables = ascent.Variables;
        Tensor shown = variables.Shown(variables.Tensors);
        float[] predicted = objective.Responses(shown, variables.Vectors.ToDictionary(static name => name, name => variables.Tensors[name]), null).ToArray();
        float[][] frames = [.. shown.ToArray().Chunk(display.Channels * display.Height * display.Width)];
        return new ReconstructionResult
        {
            Image = frames,
            Pixels = [.. frames.Select(display.ToPixels)],
            Responses = [.. predicted.Chunk(units.Count)],
            Correlation = Correlation.Pearson(predicted, [.. responses.SelectMany(static row => row)]),
            Log = [.. ascent.States[0].Log],
        };
    }
}
