using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Foundation;

/// <summary>A convolutional LSTM: the gates are grouped convolutions of input and hidden state (Wang et al. 2025).</summary>
internal sealed class ConvLstm : IRecurrentCell
{
    private readonly LstmGates _gates;
    private readonly FoundationSpec _spec;

    internal ConvLstm(ParameterSet parameters, FoundationSpec spec, string name, int stream)
    {
        _spec = spec;
        _gates = new LstmGates(parameters, name, stream, spec.RecurrentHidden, 2 * spec.RecurrentHidden, spec.RecurrentKernel, spec.RecurrentGroups);
    }

    /// <inheritdoc/>
    public (Tensor[] Hidden, Tensor Cell) Run(Func<int, Tensor, Tensor> joined, int frames, Tensor hidden, Tensor cell, Tensor? mask)
    {
        (Tensor weight, Tensor bias) = _gates.Fold();
        long padding = _spec.RecurrentKernel / 2;
        Tensor[] all = new Tensor[frames];
        for (int t = 0; t < frames; t++)
        {
            Tensor gates = F.Conv2d(joined(t, hidden), weight, bias, padding: new Size2(padding, padding), groups: _spec.RecurrentGroups);
            (hidden, cell) = _gates.Update(gates, cell);
            if (mask is not null) hidden *= mask;
            all[t] = hidden;
        }
        return (all, cell);
    }
}
