using LoopRig.Models;
using LoopRig.Native.LibC;
using LoopRig.Torch;

namespace LoopRig.Training;

/// <summary>The trainer's step on one batch, again and again: for measurements and comparisons.</summary>
public sealed class TrainingStepper : IDisposable
{
    private readonly INetwork _network;
    private readonly Optimiser _optimiser;
    private readonly TrainedTensors _tensors;
    private readonly Tensor[] _windows;
    private readonly Tensor _targets;
    private readonly int _burnIn;
    private readonly bool _noise;
    private readonly Precision _precision;
    private long _step;

    /// <summary>Prepares steps.</summary>
    /// <param name="network">Trained in place; borrowed.</param>
    /// <param name="optimiser">What moves its parameters.</param>
    /// <param name="windows">One an input: [N, k, ...]; borrowed.</param>
    /// <param name="targets">Of the responses that count; borrowed.</param>
    /// <param name="burnIn">First frames of the responses that do not count.</param>
    /// <param name="noise">Whether the network draws sampling noise.</param>
    /// <param name="precision">Of the forward and backward pass.</param>
    public TrainingStepper(INetwork network, OptimiserConfig optimiser, Tensor[] windows, Tensor targets, int burnIn = 0, bool noise = true, Precision precision = Precision.Full)
    {
        LargeBlocks.Keep();
        (_network, _windows, _targets, _burnIn, _noise, _precision) = (network, windows, targets, burnIn, noise, precision);
        _tensors = new TrainedTensors([("batch", network)], []);
        _optimiser = optimiser.Create(_tensors.Trained);
        _tensors.RequireGradients(true);
    }

    /// <summary>Takes a step; gives the loss before it.</summary>
    public double Step()
    {
        using var scope = new Scope();
        var context = new TrainingContext(StepRandom.Begin(0, _step++), (int)_targets.Size(0)) { Noise = _noise };
        return TrainingStep.Take(_network, _optimiser, _windows, _targets, context, _burnIn, _precision).Total;
    }

    /// <summary>Frees the moments; the network is no longer recorded for gradients.</summary>
    public void Dispose()
    {
        _optimiser.ClearGradients();
        _tensors.RequireGradients(false);
        _optimiser.Dispose();
    }
}
