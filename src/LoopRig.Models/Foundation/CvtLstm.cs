using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Foundation;

/// <summary>
/// A convolutional vision transformer LSTM, the released cell: a grouped convolution z of input and hidden state; in each group a head in which every
/// place attends to all (cosine attention with a learned scale a channel, no 1/sqrt(d)); the gates see z and what was attended to (Wang et al. 2025).
/// </summary>
internal sealed class CvtLstm : IRecurrentCell
{
    private const double Tiny = 1e-12;

    private readonly FoundationSpec _spec;
    private readonly StreamLayer _convolution;
    private readonly StreamLayer[] _projections;
    private readonly Tensor _scale;
    private readonly LstmGates _gates;
    private readonly long _groups, _size;

    internal CvtLstm(ParameterSet parameters, FoundationSpec spec, string name, int stream)
    {
        _spec = spec;
        (_groups, _size) = (spec.RecurrentGroups, spec.RecurrentCommon / spec.RecurrentGroups);
        long[] shape = [spec.RecurrentCommon, 2 * spec.RecurrentHidden / _groups, 1, spec.RecurrentKernel, spec.RecurrentKernel];
        _convolution = new StreamLayer(parameters, $"{name}.conv", stream, shape, gain: null, bias: null);
        _scale = parameters.Parameter($"{name}.scales.{stream}", [_groups, _size], Draw.Constant(1), new ParameterTraits(Decay: false, NormDims: [1]));
        _projections = Array.ConvertAll<string, StreamLayer>(
            ["q", "k", "v"], part => new StreamLayer(parameters, $"{name}.proj_{part}", stream, [spec.RecurrentCommon, _size, 1, 1, 1], gain: null, bias: null));
        _gates = new LstmGates(parameters, name, stream, spec.RecurrentHidden, 2 * spec.RecurrentCommon, 1, _groups);
    }

    /// <inheritdoc/>
    public (Tensor[] Hidden, Tensor Cell) Run(Func<int, Tensor, Tensor> joined, int frames, Tensor hidden, Tensor cell, Tensor? mask)
    {
        Tensor convolution = _convolution.FrameWeight(), scale = _scale.Unsqueeze(2); // [G, size, 1]
        Tensor projection = FoldProjections();
        (Tensor weight, Tensor bias) = _gates.Fold();
        long padding = _spec.RecurrentKernel / 2;
        Tensor[] all = new Tensor[frames];
        for (int t = 0; t < frames; t++)
        {
            Tensor z = F.Conv2d(joined(t, hidden), convolution, padding: new Size2(padding, padding), groups: _groups); // [N, common, H, W]
            Tensor attended = Attend(F.Conv2d(z, projection, groups: _groups), scale).Reshape(z.Shape);
            Tensor gates = F.Conv2d(ChannelGroups.Join([z, attended], _groups), weight, bias, groups: _groups);
            (hidden, cell) = _gates.Update(gates, cell);
            all[t] = hidden;
        }
        return (all, cell);
    }

    // q, k and v of a group side by side: [G 3 size, size, 1, 1].
    private Tensor FoldProjections()
        => F.Stack(Array.ConvertAll(_projections, layer => layer.FrameWeight().Reshape(_groups, _size, _size, 1, 1)), 1).Flatten(0, 2);

    /// <summary>[N, G 3 size, H, W] to what each place attended to, [N, G, size, L] with L = H W places.</summary>
    private Tensor Attend(Tensor projected, Tensor scale)
    {
        Tensor parts = projected.Flatten(2).Reshape(projected.Size(0), _groups, 3, _size, -1); // [N, G, 3, size, L]
        Tensor queries = Normalise(parts.Select(2, 0)) * scale, keys = Normalise(parts.Select(2, 1)), values = parts.Select(2, 2); // [N, G, size, L]
        Tensor attention = F.Softmax(F.MatMul(queries.Transpose(2, 3), keys), 3); // [N, G, L, L]: rows are queries
        return F.MatMul(values, attention.Transpose(2, 3));
    }

    private static Tensor Normalise(Tensor x) => x / F.Clamp(F.Norm(x, 2, [2], keepDimensions: true), Tiny, null);
}
