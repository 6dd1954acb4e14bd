using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Foundation;

/// <summary>
/// Each unit reads the core's map at one place: tanh of a learned position (x right, y down, -1..1), bilinear, border extended. In training the position
/// is drawn from a Gaussian about it, once a sequence. The place is shared by the streams, feature weights and biases are each stream's own.
/// </summary>
internal sealed class PositionReadout
{
    private const float InitialSpread = 0.4f;

    private readonly Tensor _mean, _spread;
    private readonly Tensor[] _weights, _biases;
    private readonly long _units;

    internal PositionReadout(ParameterSet parameters, FoundationSpec spec)
    {
        _units = spec.Units;
        ParameterTraits perUnit = new(Scale: _units, Decay: false);
        _mean = parameters.Parameter("readout.position.mu", [_units, 2], Draw.Constant(0), perUnit);
        int drawn = 0;
        _spread = parameters.Parameter("readout.position.sigma", [_units, 2, 2], _ => drawn++ % 4 is 0 or 3 ? InitialSpread : 0, perUnit);
        _weights = new Tensor[spec.Streams];
        _biases = new Tensor[spec.Streams];
        for (int s = 0; s < spec.Streams; s++)
        {
            _weights[s] = parameters.Parameter($"readout.feature.weights.{s}", [_units, 1, spec.CoreOut], Draw.Constant(0), new ParameterTraits(_units, NormDims: [2]));
            _biases[s] = parameters.Parameter($"readout.biases.{s}", [_units, 1], Draw.Constant(0), new ParameterTraits(_units, Decay: false, NormDims: [0]));
        }
    }

    /// <summary>Where the units read: [1, U, 1, 2], or drawn for each of N sequences and held for its frames, [N frames, U, 1, 2].</summary>
    /// <param name="sequences">Sequences that draw positions; null: the means.</param>
    /// <param name="frames">Frames of a sequence.</param>
    internal Tensor Places(long? sequences, long frames)
    {
        if (sequences is not { } n) return F.Tanh(_mean).Reshape(1, _units, 1, 2);
        Tensor noise = Tensor.Randn([n, _units, 2, 1]).To(_mean.Device);
        Tensor position = _mean + F.MatMul(_spread, noise).Squeeze(3); // [N, U, 2]
        return F.Tanh(position).Reshape(n, 1, _units, 1, 2).Expand(n, frames, _units, 1, 2).Reshape(-1, _units, 1, 2);
    }

    /// <summary>One stream's map [B, C, H, W] to what each unit reads, [B, U].</summary>
    internal Tensor Forward(Tensor map, Tensor places, int stream)
    {
        long batch = map.Size(0);
        Tensor grid = places.Size(0) == batch ? places : places.Expand(batch, _units, 1, 2);
        Tensor sampled = F.GridSample(map, grid, padding: GridSamplePadding.Border).Squeeze(3); // [B, C, U]
        Tensor weights = _weights[stream].Permute(1, 2, 0); // [1, C, U]
        return F.Sum(sampled * weights, [1]) + _biases[stream].Reshape(-1);
    }

    /// <summary>Sets the positions' spread back, as the published training does at the start of a cycle.</summary>
    internal void Restart()
    {
        using NoGrad guard = new();
        using Scope scope = new();
        _spread.CopyFrom(Tensor.Eye(2).To(_spread.Device) * InitialSpread);
    }
}
