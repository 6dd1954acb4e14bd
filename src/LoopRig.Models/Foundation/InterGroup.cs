using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Foundation;

/// <summary>A 1x1 projection of the recurrent state to each group from all other groups; what a group knows of itself goes another way.</summary>
internal sealed class InterGroup : IDisposable
{
    private readonly Tensor _weight, _gain, _rows;
    private readonly long _groups, _size;

    internal InterGroup(ParameterSet parameters, string name, int stream, long channels, int groups, double gain)
    {
        (_groups, _size) = (groups, channels / groups);
        float[] mask = new float[groups * groups];
        long[] rows = new long[groups * groups];
        for (int to = 0; to < groups; to++)
        {
            for (int from = 0; from < groups; from++)
            {
                int at = to * groups + from;
                mask[at] = from == to ? 0 : 1;
                // The stored blocks leave out the diagonal; an appended block of zeros stands for it.
                rows[at] = from == to ? groups * (groups - 1) : to * (groups - 1) + (from < to ? from : from - 1);
            }
        }
        // Stored by the published code, equal in every network.
        parameters.Constant($"{name}.mask", [groups, groups, 1, 1], mask);
        parameters.Constant($"{name}.zero", [groups, groups, _size, _size], new float[groups * groups * _size * _size]);
        double bound = Math.Sqrt(1.0 / ((groups - 1) * _size));
        _weight = parameters.Parameter($"{name}.weights.{stream}", [groups, groups - 1, _size, _size], Draw.Uniform(bound), new ParameterTraits(NormDims: [1, 3]));
        _gain = parameters.Parameter($"{name}.gains.{stream}", [groups, _size], Draw.Constant((float)gain), new ParameterTraits(Decay: false, NormDims: [1]));
        using Scope scope = new();
        _rows = scope.Keep(Tensor.FromArray(rows, rows.Length).To(parameters.Device));
    }

    /// <summary>The kernel of all groups, zero on the diagonal: [C, C, 1, 1].</summary>
    internal Tensor Fold()
    {
        Tensor weight = StreamLayer.Standardise(_weight, _gain.Reshape(_groups, 1, _size, 1), [1, 3], (_groups - 1) * _size).Flatten(0, 1);
        Tensor blocks = F.Cat([weight, Tensor.Zeros([1, _size, _size], ScalarType.Float32, weight.Device)], 0).IndexSelect(0, _rows); // [G G, o, i]
        return blocks.Reshape(_groups, _groups, _size, _size).Transpose(1, 2).Reshape(_groups * _size, _groups * _size, 1, 1);
    }

    /// <summary>Frees the constant; the parameters are their set's.</summary>
    public void Dispose() => _rows.Dispose();
}
