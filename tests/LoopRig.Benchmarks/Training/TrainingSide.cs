using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Torch;
using LoopRig.Training;

namespace LoopRig.Benchmarks;

/// <summary>Our side: the trainer's own step on one batch, its guards included.</summary>
internal sealed class TrainingSide : ISide, IDisposable
{
    private readonly INetwork _network;
    private readonly TrainingStepper _stepper;

    public TrainingSide(INetwork network, OptimiserConfig optimiser, Tensor[] windows, Tensor targets, int burnIn, bool noise)
    {
        _network = network;
        _stepper = new TrainingStepper(network, optimiser, windows, targets, burnIn, noise);
    }

    public string Form => "the trainer's step; freed blocks are kept";

    public void TakeSteps(Span<long> elapsedNs)
    {
        for (var i = 0; i < elapsedNs.Length; i++)
        {
            var begin = RigClock.Now;
            _stepper.Step();
            elapsedNs[i] = RigClock.Now - begin;
        }
    }

    /// <summary>The losses before the next steps.</summary>
    public double[] Losses(int steps) => [.. Enumerable.Range(0, steps).Select(_ => _stepper.Step())];

    public void Dispose()
    {
        _stepper.Dispose();
        _network.Dispose();
    }
}
