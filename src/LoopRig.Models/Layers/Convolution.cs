using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Layers;

/// <summary>A two-dimensional convolution with a square kernel.</summary>
internal sealed class Convolution
{
    private readonly Tensor _weight;
    private readonly Tensor? _bias;
    private readonly Size2 _stride;
    private readonly Size2 _padding;
    private readonly long _groups;

    /// <summary>Declares the weights.</summary>
    /// <param name="parameters">Where they come from.</param>
    /// <param name="name">The published name, without ".weight".</param>
    /// <param name="inputs">Channels in.</param>
    /// <param name="outputs">Channels out.</param>
    /// <param name="kernel">Rows and columns.</param>
    /// <param name="stride">Step in both directions.</param>
    /// <param name="padding">Zeros on each side.</param>
    /// <param name="groups">Groups of channels that know nothing of each other.</param>
    /// <param name="bias">Whether there is one.</param>
    /// <param name="draw">Draws a new weight, and the bias begins at zero; null: both as PyTorch draws them by default.</param>
    internal Convolution(
        ParameterSet parameters, string name, long inputs, long outputs, int kernel, int stride = 1, int padding = 0, long groups = 1, bool bias = true, Func<Random, float>? draw = null)
    {
        long fanIn = inputs / groups * kernel * kernel;
        _weight = parameters.Parameter($"{name}.weight", [outputs, inputs / groups, kernel, kernel], draw ?? Draw.FanIn(fanIn));
        _bias = bias ? parameters.Parameter($"{name}.bias", [outputs], draw is null ? Draw.FanIn(fanIn) : Draw.Constant(0), ParameterTraits.NoDecay) : null;
        _stride = new Size2(stride, stride);
        _padding = new Size2(padding, padding);
        _groups = groups;
    }

    /// <summary>[O, C/groups, kernel, kernel].</summary>
    internal Tensor Weight => _weight;

    /// <summary>[O]; null where there is none.</summary>
    internal Tensor? Bias => _bias;

    /// <summary>[N, C, H, W] to [N, O, H', W'].</summary>
    internal Tensor Forward(Tensor x) => F.Conv2d(x, _weight, _bias, _stride, _padding, groups: _groups);

    /// <summary>Rows or columns that remain of <paramref name="size"/> without padding.</summary>
    internal static int OutputSize(int size, int kernel, int stride) => (size - kernel) / stride + 1;
}
