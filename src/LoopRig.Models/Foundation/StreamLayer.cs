using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Foundation;

/// <summary>
/// The weights of one stream's convolution or linear layer, [O, C/groups, t, h, w], with weight standardisation (NFNet): for each output channel
/// w^ = (w - mean w) gain / sqrt(var w * fan-in + 1e-5), so that no normalisation is needed when the network runs.
/// </summary>
internal sealed class StreamLayer
{
    private const double Epsilon = 1e-5;
    private static readonly int[] s_perFilter = [1, 2, 3, 4];
    private static readonly long[] s_filter = [1, 2, 3, 4];

    private readonly Tensor _weight;
    private readonly Tensor? _gain, _bias;
    private readonly bool _standardise;
    private readonly long _fanIn;

    /// <summary>Declares the layer's parameters under their published names: NAME.weights.STREAM, NAME.gains.STREAM, NAME.biases.STREAM.</summary>
    /// <param name="parameters">Where to.</param>
    /// <param name="name">The published name.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="shape">[O, C/groups, t, h, w].</param>
    /// <param name="groups">Groups into which gains and biases are laid out: [groups, O/groups].</param>
    /// <param name="gain">The gain's initial value; null for none.</param>
    /// <param name="bias">The bias' initial value; null for none.</param>
    /// <param name="standardise">Whether the weights are standardised.</param>
    /// <param name="zero">Whether the weights start at zero.</param>
    internal StreamLayer(ParameterSet parameters, string name, int stream, long[] shape, long groups = 1, double? gain = 1, double? bias = 0, bool standardise = true, bool zero = false)
    {
        _fanIn = shape[1] * shape[2] * shape[3] * shape[4];
        _standardise = standardise;
        Func<Random, float> draw = zero ? Draw.Constant(0) : Draw.Uniform(Math.Sqrt((standardise ? 1.0 : 3.0) / _fanIn));
        _weight = parameters.Parameter($"{name}.weights.{stream}", shape, draw, new ParameterTraits(NormDims: s_perFilter));
        ParameterTraits perGroup = new(Decay: false, NormDims: [1]);
        if (gain is { } g) _gain = parameters.Parameter($"{name}.gains.{stream}", [groups, shape[0] / groups], Draw.Constant((float)g), perGroup);
        if (bias is { } b) _bias = parameters.Parameter($"{name}.biases.{stream}", [groups, shape[0] / groups], Draw.Constant((float)b), perGroup);
    }

    /// <summary>The bias, [O], or null.</summary>
    internal Tensor? Bias => _bias?.Reshape(-1);

    /// <summary>The standardised weights, [O, C/groups, t, h, w]: computed anew each time, a constant of a frozen step.</summary>
    internal Tensor Weight() => _standardise ? Standardise(_weight, _gain?.Reshape(-1, 1, 1, 1, 1), s_filter, _fanIn) : _weight;

    /// <summary>The standardised weights of a layer that sees one frame, [O, C/groups, h, w].</summary>
    internal Tensor FrameWeight() => Weight().Squeeze(2);

    /// <summary>[..., C] to [..., O], for a layer that sees one place of one frame.</summary>
    internal Tensor Linear(Tensor x) => F.Linear(x, Weight().Flatten(1), Bias);

    /// <summary>
    /// [B, C] to [B, O] by a call that a frozen step keeps as it is: what turns the eye must be the same to the last bit, of which the retina's power below 1 makes
    /// much near black.
    /// </summary>
    internal Tensor LinearToTheBit(Tensor x) => F.AddMm(Bias!, x, Weight().Flatten(1).Transpose(0, 1));

    /// <summary>A layer that sees one frame, over [N, C, H, W] or frame by frame over [N, C, T, H, W].</summary>
    internal Tensor Convolve(Tensor x, long padding = 0, long stride = 1, long groups = 1)
        => x.Shape.Length == 4
            ? F.Conv2d(x, FrameWeight(), Bias, new Size2(stride, stride), new Size2(padding, padding), groups: groups)
            : F.Conv3d(x, Weight(), Bias, new Size3(1, stride, stride), new Size3(0, padding, padding), groups: groups);

    /// <summary>(w - mean) gain / sqrt(var * fan-in + 1e-5), mean and variance (of the population) over the given dimensions.</summary>
    internal static Tensor Standardise(Tensor weight, Tensor? gain, long[] over, long fanIn)
    {
        (Tensor variance, Tensor mean) = F.VarMean(weight, over, unbiased: false, keepDimensions: true);
        Tensor scale = F.Rsqrt(variance * fanIn + Epsilon);
        return (weight - mean) * (gain is null ? scale : scale * gain);
    }
}
