using LoopRig.Core;
using LoopRig.Torch;

namespace LoopRig.Models;

/// <summary>
/// A network's step for a batch of one, frozen: parameters as they were at <see cref="INetwork.Freeze"/>, fixed buffers, one native call a step,
/// nothing allocated. For one thread at a time. It stays usable when the network is disposed.
/// </summary>
public sealed class FrozenStep : IDisposable
{
    private readonly Program _program;

    private FrozenStep(INetwork network, Device device, Program program)
    {
        _program = program;
        Device = device;
        Inputs = network.Inputs;
        Units = network.Units;
        WarmUpSteps = network.WarmUpSteps;
    }

    /// <summary>Where it runs.</summary>
    public Device Device { get; }

    /// <summary>What each input is.</summary>
    public IReadOnlyList<InputSpec> Inputs { get; }

    /// <summary>Length of the output.</summary>
    public int Units { get; }

    /// <summary>Steps after a reset whose output rests on fewer frames than the network was trained with.</summary>
    public int WarmUpSteps { get; }

    /// <summary>Steps since the last reset.</summary>
    public long Steps { get; private set; }

    /// <summary>Whether the output of the last run is a warm-up output.</summary>
    public bool IsWarmingUp => Steps <= WarmUpSteps;

    /// <summary>The calls that a step makes, one a line.</summary>
    public string Listing => _program.Listing;

    /// <summary>The responses of the last run, one a unit; the next run overwrites them.</summary>
    public ReadOnlySpan<float> Output => _program.Output(0);

    /// <summary>Where to write an input, normalised, before a run: an image row by row, or a vector's elements. The same memory always.</summary>
    public Span<float> Input(int index) => _program.Input(index);

    /// <summary>One step.</summary>
    /// <exception cref="TorchException">A call failed; output and state are those of the step before.</exception>
    public void Run()
    {
        _program.Run();
        Steps++;
    }

    /// <summary>Returns to the state before the first frame.</summary>
    public void ResetState()
    {
        _program.ResetState();
        Steps = 0;
    }

    /// <summary>A copy of the state, and how many steps it rests on.</summary>
    public (float[][] State, long Steps) ReadState() => (_program.ReadState(), Steps);

    /// <summary>Goes on from a state that <see cref="ReadState"/> gave.</summary>
    /// <exception cref="ArgumentException">It is not a state of such a network.</exception>
    public void WriteState(IReadOnlyList<float[]> state, long steps)
    {
        _program.WriteState(state);
        Steps = steps;
    }

    /// <inheritdoc/>
    public void Dispose() => _program.Dispose();

    internal static FrozenStep Record(INetwork network, Device device)
    {
        // What is recorded holds the parameters themselves, so they must be where it runs.
        INetwork there = device == network.Weights.Device ? network : network.CopyTo(device);
        try
        {
            Program program = Record(there, device, (inputs, state) =>
            {
                (Tensor output, Tensor[] next) = there.Step(inputs, state);
                return ([output], next);
            });
            return new FrozenStep(network, device, program);
        }
        finally
        {
            if (!ReferenceEquals(there, network)) there.Dispose();
        }
    }

    /// <summary>Records any step over the inputs and state of a network that is on the device already: the checks use it to see stages.</summary>
    internal static Program Record(INetwork network, Device device, Step step)
    {
        using Scope scope = new();
        (string, Tensor)[] inputs = [.. network.Inputs.Select(static input => (input.Name, Tensor.Zeros(ShapeOf(input, 1))))];
        return Program.Record(device, inputs, network.InitialState(1), step);
    }

    /// <summary>[N, C, H, W] of an image, [N, variables] of a vector.</summary>
    internal static long[] ShapeOf(InputSpec input, long batch)
        => input.Kind == InputKind.Image ? [batch, input.Channels, input.Height, input.Width] : [batch, input.Variables.Length];
}
