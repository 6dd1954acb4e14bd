using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Torch;

namespace LoopRig.Inference;

/// <summary>A network of LoopRig.Models, frozen: the live loop's form of it.</summary>
public sealed class FrozenNetwork : IFrozenNetwork
{
    private readonly FrozenStep _step;
    private readonly int _threads;
    private int _threadId;

    /// <summary>Freezes a network as it is now. The network itself stays the caller's.</summary>
    /// <param name="name">What it is called in messages: its file.</param>
    /// <param name="network">The network.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="threads">Threads of libtorch inside a step.</param>
    /// <exception cref="TorchException">It cannot be recorded on this device.</exception>
    public FrozenNetwork(string name, INetwork network, Device device, int threads = 1)
    {
        _threads = threads;
        (Name, Hash, UnitIds, PredictionOffsetBins) = (name, network.Hash, network.UnitIds, network.Spec.OutputDelayBins);
        _step = network.Freeze(device);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Hash { get; }

    /// <inheritdoc/>
    public IReadOnlyList<InputSpec> Inputs => _step.Inputs;

    /// <inheritdoc/>
    public IReadOnlyList<string> UnitIds { get; }

    /// <inheritdoc/>
    public int Units => _step.Units;

    /// <inheritdoc/>
    public int WarmUpSteps => _step.WarmUpSteps;

    /// <inheritdoc/>
    public int PredictionOffsetBins { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Output => _step.Output;

    /// <inheritdoc/>
    public Span<float> Input(int index) => _step.Input(index);

    /// <inheritdoc/>
    public void Run()
    {
        if (_threadId != Environment.CurrentManagedThreadId)
        {
            // libtorch keeps the number by thread; a network changes its thread once, from the one that warms it to the one that runs it.
            LibTorch.NumThreads = _threads;
            _threadId = Environment.CurrentManagedThreadId;
        }
        _step.Run();
    }

    /// <inheritdoc/>
    public void ResetState() => _step.ResetState();

    /// <inheritdoc/>
    public void Dispose() => _step.Dispose();
}
