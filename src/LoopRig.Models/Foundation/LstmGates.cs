using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Foundation;

/// <summary>
/// The four gates i, f, g, o of an LSTM as one product: their weights and biases joined, group by group, once a sequence. i begins mostly closed
/// (bias -1), f mostly open (+1).
/// </summary>
internal sealed class LstmGates
{
    private readonly StreamLayer[] _gates;
    private readonly long _groups, _hidden;

    internal LstmGates(ParameterSet parameters, string name, int stream, long hidden, long inputs, long kernel, long groups)
    {
        (_groups, _hidden) = (groups, hidden);
        (string Gate, double Bias)[] gates = [("i", -1), ("f", 1), ("g", 0), ("o", 0)];
        _gates = Array.ConvertAll(gates, gate => new StreamLayer(parameters, $"{name}.proj_{gate.Gate}", stream, [hidden, inputs / groups, 1, kernel, kernel], groups, 1, gate.Bias));
    }

    /// <summary>The joined weights [4 hidden, C/groups, h, w] and biases [4 hidden].</summary>
    internal (Tensor Weight, Tensor Bias) Fold()
        => (ByGroup([.. _gates.Select(static gate => gate.FrameWeight())]), ByGroup([.. _gates.Select(static gate => gate.Bias!)]));

    /// <summary>The state behind the gates: c' = f c + i g, h' = o tanh(c').</summary>
    /// <param name="gates">[N, 4 hidden, ...], group by group.</param>
    /// <param name="cell">c, [N, hidden, ...].</param>
    internal (Tensor Hidden, Tensor Cell) Update(Tensor gates, Tensor cell)
    {
        long[] shape = gates.Shape;
        Tensor grouped = gates.Reshape([shape[0], _groups, 4, _hidden / _groups, .. shape[2..]]);
        Tensor Gate(int gate) => grouped.Select(2, gate).Flatten(1, 2); // [N, hidden, ...]
        Tensor next = F.Sigmoid(Gate(1)) * cell + F.Sigmoid(Gate(0)) * F.Tanh(Gate(2));
        return (F.Sigmoid(Gate(3)) * F.Tanh(next), next);
    }

    // [hidden, ...] of each gate to [groups, gate, hidden/groups, ...], flattened.
    private Tensor ByGroup(Tensor[] gates)
    {
        long[] shape = gates[0].Shape;
        Tensor joined = F.Stack(Array.ConvertAll(gates, gate => gate.Reshape([_groups, _hidden / _groups, .. shape[1..]])), 1);
        return joined.Flatten(0, 2);
    }
}
