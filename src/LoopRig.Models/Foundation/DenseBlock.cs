using LoopRig.Torch;

namespace LoopRig.Models.Foundation;

/// <summary>
/// Causal convolutions, each behind its activation, of which all outputs are handed on: x0; x1 = conv(y0); x2 = conv(y1) + skip(y0) ... with
/// yi = GELU(xi), joined inside each group. Where two terms meet each has a gain of 1/sqrt(2).
/// </summary>
internal sealed class DenseBlock
{
    private readonly StreamLayer[] _convolutions;
    private readonly StreamLayer?[] _skips;
    private readonly int _groups;

    internal DenseBlock(ParameterSet parameters, string name, int stream, FoundationSpec spec, int block)
    {
        (int channels, _groups, int layers) = (spec.BlockChannels[block], spec.BlockGroups[block], spec.BlockLayers[block]);
        _convolutions = new StreamLayer[layers];
        _skips = new StreamLayer?[layers];
        for (int i = 0; i < layers; i++)
        {
            double gain = i == 0 ? 1 : Math.Sqrt(0.5);
            long[] shape = [channels, channels / _groups, spec.TemporalKernel, spec.SpatialKernel, spec.SpatialKernel];
            _convolutions[i] = new StreamLayer(parameters, $"{name}.convs.{i}", stream, shape, _groups, gain);
            if (i > 0) _skips[i] = new StreamLayer(parameters, $"{name}.skips.{i}", stream, [channels, i * channels / _groups, 1, 1, 1], _groups, gain, bias: null);
        }
    }

    /// <summary>C channels to (layers + 1) C.</summary>
    internal Tensor Forward(Tensor x, IFrames frames)
    {
        Tensor[] outputs = new Tensor[_convolutions.Length + 1], activations = new Tensor[_convolutions.Length];
        outputs[0] = x;
        for (int i = 0; i < _convolutions.Length; i++)
        {
            activations[i] = Nonlinearity.Gelu(outputs[i]);
            Tensor convolved = frames.Convolve(activations[i], _convolutions[i].Weight(), _convolutions[i].Bias, _groups);
            outputs[i + 1] = _skips[i] is { } skip ? convolved + skip.Convolve(ChannelGroups.Join(activations[..i], _groups), groups: _groups) : convolved;
        }
        return ChannelGroups.Join(outputs, _groups);
    }
}
