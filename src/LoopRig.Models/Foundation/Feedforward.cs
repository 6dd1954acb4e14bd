using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Foundation;

/// <summary>
/// The feed-forward part of one stream's core: a convolution of stride 2 (not standardised), then blocks of causal convolutions with a projection in
/// front of each and an average behind it, then a projection.
/// </summary>
internal sealed class Feedforward
{
    private const string Name = "core.feedforward";

    private readonly FoundationSpec _spec;
    private readonly StreamLayer[] _inputs;
    private readonly DenseBlock[] _blocks;
    private readonly StreamLayer _out;

    internal Feedforward(ParameterSet parameters, FoundationSpec spec, int stream)
    {
        _spec = spec;
        _inputs = new StreamLayer[spec.BlockChannels.Length];
        _blocks = new DenseBlock[_inputs.Length];
        int before = 1;
        for (int b = 0; b < _inputs.Length; b++)
        {
            int channels = spec.BlockChannels[b];
            _inputs[b] = b == 0
                ? new StreamLayer(parameters, $"{Name}.inputs.0", stream, [channels, 1, 1, spec.InputKernel, spec.InputKernel], gain: null, standardise: false)
                : new StreamLayer(parameters, $"{Name}.inputs.{b}", stream, [channels, before, 1, 1, 1], spec.BlockGroups[b]);
            _blocks[b] = new DenseBlock(parameters, $"{Name}.blocks.{b}", stream, spec, b);
            before = (spec.BlockLayers[b] + 1) * channels;
        }
        _out = new StreamLayer(parameters, $"{Name}.out", stream, [spec.FeedforwardOut, before, 1, 1, 1]);
    }

    /// <summary>The state's shapes for a batch: for each temporal convolution its last inputs, oldest first.</summary>
    internal static IEnumerable<long[]> StateShapes(FoundationSpec spec, long batch)
    {
        (int Rows, int Columns)[] maps = spec.MapSizes();
        for (int b = 0; b < spec.BlockChannels.Length; b++)
            for (int i = 0; i < spec.BlockLayers[b] * (spec.TemporalKernel - 1); i++)
                yield return [batch, spec.BlockChannels[b], maps[b].Rows, maps[b].Columns];
    }

    /// <summary>Retinal images [B, 1, H, W] to features [B, C, H', W'].</summary>
    internal Tensor Forward(Tensor retina, IFrames frames)
    {
        long padding = (_spec.InputKernel - _spec.InputStride) / 2;
        Tensor x = frames.Enter(F.ReplicationPad2d(retina, padding, padding, padding, padding));
        for (int b = 0; b < _blocks.Length; b++)
        {
            x = _inputs[b].Convolve(x, stride: b == 0 ? _spec.InputStride : 1);
            x = _blocks[b].Forward(x, frames);
            if (_spec.BlockPools[b] > 1) x = frames.Pool(x, _spec.BlockPools[b]);
        }
        return frames.Leave(_out.Convolve(x));
    }
}
