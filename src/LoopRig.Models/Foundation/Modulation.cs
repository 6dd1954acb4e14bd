using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Foundation;

/// <summary>Behaviour through a perceptron and an LSTM: what one stream's core is told of the animal's state (Wang et al. 2025).</summary>
internal sealed class Modulation
{
    private readonly Perceptron _perceptron;
    private readonly LstmGates _gates;

    internal Modulation(ParameterSet parameters, FoundationSpec spec, int stream)
    {
        _perceptron = new Perceptron(parameters, "modulation.mlp", stream, spec.Behaviour!.Length, spec.ModulationHidden, spec.ModulationLayers);
        _gates = new LstmGates(parameters, "modulation.lstm", stream, spec.ModulationCells, spec.ModulationHidden + spec.ModulationCells, 1, 1);
    }

    /// <summary>The state's shapes for a batch: h and c.</summary>
    internal static IEnumerable<long[]> StateShapes(FoundationSpec spec, long batch) => [[batch, spec.ModulationCells], [batch, spec.ModulationCells]];

    /// <summary>Behaviour [N, T, D] and the state before it to the LSTM's output at each frame, [N, T, cells], and the state after it.</summary>
    internal (Tensor Output, Tensor Hidden, Tensor Cell) Forward(Tensor behaviour, Tensor hidden, Tensor cell)
    {
        Tensor u = _perceptron.Forward(behaviour); // [N, T, hidden]
        (Tensor weight, Tensor bias) = _gates.Fold();
        weight = weight.Flatten(1);
        Tensor[] outputs = new Tensor[(int)u.Size(1)];
        for (int t = 0; t < outputs.Length; t++)
        {
            (hidden, cell) = _gates.Update(F.Linear(F.Cat([u.Select(1, t), hidden], 1), weight, bias), cell);
            outputs[t] = hidden;
        }
        return (F.Stack(outputs, 1), hidden, cell);
    }
}
