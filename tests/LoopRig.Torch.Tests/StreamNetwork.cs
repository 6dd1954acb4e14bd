using F = LoopRig.Torch.Functional;

namespace LoopRig.Torch.Tests;

/// <summary>
/// A stream of a recurrent video network as a pure step, with random weights: a block of causal convolutions over three frames, joined and averaged, then a
/// convolutional LSTM with attention between all places. Map [1, C, H, W]; state: the convolutions' past inputs, h, c. Everything lives in the caller's scope.
/// </summary>
internal sealed class StreamNetwork
{
    private const double Gain = 1.7015043497085571;
    private readonly int _channels, _groups, _heads, _size, _hidden, _height, _width;
    private readonly Tensor[] _temporal, _temporalBias;
    private readonly Tensor _skip, _after, _afterBias, _drive, _toBias, _between, _mix, _projection, _scale, _gates, _gatesBias, _out;

    public StreamNetwork(int channels, int groups, int heads, int size, int height, int width)
    {
        (_channels, _groups, _heads, _size, _height, _width) = (channels, groups, heads, size, height, width);
        _hidden = heads * size / 2;
        static Tensor Weight(params long[] shape) => Tensor.Randn(shape) * (1 / Math.Sqrt(shape.Skip(1).Aggregate(1L, (product, length) => product * length)));
        _temporal = [Weight(channels, channels / groups, 3, 3, 3), Weight(channels, channels / groups, 3, 3, 3)];
        _temporalBias = [Tensor.Randn([channels]), Tensor.Randn([channels])];
        _skip = Weight(channels, channels / groups, 1, 1);
        (_after, _afterBias) = (Weight(2 * channels, 3 * channels, 1, 1), Tensor.Randn([2 * channels]));
        _drive = Weight(_hidden, 6 * channels, 1, 1);
        _toBias = Weight(_hidden, 5);
        _between = Weight(_hidden, _hidden, 1, 1);
        _mix = Weight(heads * size, 2 * _hidden / heads, 3, 3);
        _projection = Weight(heads * 3 * size, size, 1, 1);
        _scale = Tensor.Rand([heads, size, 1]) * 3;
        (_gates, _gatesBias) = (Weight(4 * _hidden, 2 * size, 1, 1), Tensor.Randn([4 * _hidden]));
        _out = Weight(channels, _hidden, 1, 1);
    }

    /// <summary>What a step is given besides its state: a map and a vector of 5.</summary>
    public (string, Tensor)[] Examples => [("x", Tensor.Zeros(1, _channels, _height, _width)), ("behaviour", Tensor.Zeros(1, 5))];

    public Tensor[] InitialState()
    {
        Tensor Past() => Tensor.Zeros(1, _channels, _height, _width);
        Tensor Recurrent() => Tensor.Zeros(1, _hidden, _height / 2, _width / 2);
        return [Past(), Past(), Past(), Past(), Recurrent(), Recurrent()];
    }

    public (Tensor[] Outputs, Tensor[] State) Step(Tensor[] inputs, Tensor[] state)
    {
        Tensor y0 = Gelu(inputs[0]);
        Tensor x1 = Temporal(0, state[0], state[1], y0), y1 = Gelu(x1);
        Tensor x2 = Temporal(1, state[2], state[3], y1) + F.Conv2d(y0, _skip, groups: _groups);
        Tensor joined = Join([inputs[0], x1, x2], _groups);
        Tensor pooled = F.Conv2d(F.AvgPool2d(joined, 2), _after, _afterBias);
        // Once more joined, not averaged, before a convolution of one group.
        Tensor features = Join([pooled, pooled * 0.5, F.Tanh(pooled)], _groups);
        Tensor drive = F.Conv2d(features, _drive) + F.Linear(inputs[1], _toBias).Reshape(-1, _hidden, 1, 1);
        Tensor x = F.Tanh(F.Conv2d(state[4], _between) + drive);
        Tensor z = F.Conv2d(Join([x, state[4]], _heads), _mix, padding: 1, groups: _heads);
        Tensor attended = Attend(F.Conv2d(z, _projection, groups: _heads)).Reshape(z.Shape);
        Tensor gates = F.Conv2d(Join([z, attended], _heads), _gates, _gatesBias, groups: _heads).Reshape([1, _heads, 4, _hidden / _heads, .. z.Shape[2..]]);
        Tensor Gate(int gate) => gates.Select(2, gate).Flatten(1, 2);
        Tensor cell = F.Sigmoid(Gate(1)) * state[5] + F.Sigmoid(Gate(0)) * F.Tanh(Gate(2));
        Tensor hidden = F.Sigmoid(Gate(3)) * F.Tanh(cell);
        return ([F.Conv2d(hidden, _out)], [state[1], y0, state[3], y1, hidden, cell]);
    }

    private static Tensor Gelu(Tensor x) => F.Gelu(x) * Gain;

    private Tensor Temporal(int index, Tensor oldest, Tensor older, Tensor newest)
        => F.Conv3d(F.Stack([oldest, older, newest], 2), _temporal[index], _temporalBias[index], padding: new Size3(0, 1, 1), groups: _groups).Select(2, 0);

    private static Tensor Join(Tensor[] parts, long groups)
    {
        if (groups == 1) return F.Cat(parts, 1);
        return F.Cat(Array.ConvertAll(parts, part => part.Reshape([1, groups, part.Size(1) / groups, .. part.Shape[2..]])), 2).Flatten(1, 2);
    }

    private Tensor Attend(Tensor projected)
    {
        Tensor parts = projected.Flatten(2).Reshape(1, _heads, 3, _size, -1);
        static Tensor Normalise(Tensor v) => v / F.Clamp(F.Norm(v, 2, [2], keepDimensions: true), 1e-12, null);
        Tensor queries = Normalise(parts.Select(2, 0)) * _scale, keys = Normalise(parts.Select(2, 1));
        Tensor attention = F.Softmax(F.MatMul(queries.Transpose(2, 3), keys), 3);
        return F.MatMul(parts.Select(2, 2), attention.Transpose(2, 3));
    }
}
