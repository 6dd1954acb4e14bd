using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Xu;

/// <summary>
/// A gated recurrent layer that is run over a window of k frames from a zero state, anew for every frame: it carries nothing from window to window
/// (Xu et al. 2023). Gates in PyTorch's order and form: r, z, n; h = (1 - z) n + z h.
/// </summary>
internal sealed class WindowGru
{
    private readonly Tensor _inputWeight, _hiddenWeight, _inputBias, _hiddenBias;
    private readonly long _hidden;

    internal WindowGru(ParameterSet parameters, int inputs, int hidden)
    {
        Func<Random, float> draw = Draw.FanIn(hidden);
        _inputWeight = parameters.Parameter("lstm_net.weight_ih_l0", [3 * hidden, inputs], draw); // "lstm_net" is the published name
        _hiddenWeight = parameters.Parameter("lstm_net.weight_hh_l0", [3 * hidden, hidden], draw);
        _inputBias = parameters.Parameter("lstm_net.bias_ih_l0", [3 * hidden], draw, ParameterTraits.NoDecay);
        _hiddenBias = parameters.Parameter("lstm_net.bias_hh_l0", [3 * hidden], draw, ParameterTraits.NoDecay);
        _hidden = hidden;
    }

    /// <summary>Fused vectors [N, k, 3U] to the hidden state behind the last one, [N, G].</summary>
    /// <param name="window">The fused vectors, oldest first.</param>
    /// <param name="valid">[N, k], 1 where there was a frame and 0 before the first one; null: there were k frames. Frames that were not leave the state at
    /// zero.</param>
    internal Tensor Forward(Tensor window, Tensor? valid)
    {
        long frames = window.Size(1);
        Tensor inputs = F.Linear(window, _inputWeight, _inputBias); // [N, k, 3G], one product for all frames
        Tensor? state = null;
        for (long t = 0; t < frames; t++)
        {
            state = Cell(inputs.Select(1, t), state);
            // The newest frame is always there.
            if (valid is not null && t < frames - 1) state *= valid.Narrow(1, t, 1);
        }
        return state!;
    }

    private Tensor Cell(Tensor input, Tensor? state)
    {
        // From a zero state the product with the hidden weights is zero: only their bias remains.
        Tensor hidden = state is null ? _hiddenBias : F.Linear(state, _hiddenWeight, _hiddenBias); // [N, 3G]
        long last = state is null ? 0 : 1;
        Tensor gates = F.Sigmoid(input.Narrow(1, 0, 2 * _hidden) + hidden.Narrow(last, 0, 2 * _hidden)); // [N, 2G]
        Tensor r = gates.Narrow(1, 0, _hidden), z = gates.Narrow(1, _hidden, _hidden);
        Tensor n = F.Tanh(input.Narrow(1, 2 * _hidden, _hidden) + r * hidden.Narrow(last, 2 * _hidden, _hidden));
        return state is null ? n - z * n : n + z * (state - n);
    }
}
