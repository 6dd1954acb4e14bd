using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>What the live loop needs of a network: a frozen step with its own state, and what its inputs and outputs are.</summary>
public interface IFrozenNetwork : IDisposable
{
    /// <summary>The network's name for people: its file.</summary>
    string Name { get; }
    /// <summary>The hash of the network's file, hexadecimal.</summary>
    string Hash { get; }
    /// <summary>What it needs, in the order of <see cref="Input"/>.</summary>
    IReadOnlyList<InputSpec> Inputs { get; }
    /// <summary>The ids of the predicted units; empty where the file names none.</summary>
    IReadOnlyList<string> UnitIds { get; }
    /// <summary>How many units it predicts.</summary>
    int Units { get; }
    /// <summary>How many steps after a reset its outputs are those of a state that has not seen enough.</summary>
    int WarmUpSteps { get; }
    /// <summary>How many bins after the last input the predicted counts lie (published Xu networks: 1).</summary>
    int PredictionOffsetBins { get; }
    /// <summary>The buffer of one input, (C,H,W) or (variables), to be filled before <see cref="Run"/>.</summary>
    Span<float> Input(int index);
    /// <summary>The prediction of the last <see cref="Run"/>, (units).</summary>
    ReadOnlySpan<float> Output { get; }
    /// <summary>One step: reads the inputs, writes the output, advances the state. Allocates nothing.</summary>
    void Run();
    /// <summary>Sets the state back to the initial one.</summary>
    void ResetState();
}
