using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Foundation;

/// <summary>
/// What falls on the retina: the pupil's position turns the eye, each retinal pixel's ray is followed to the monitor, and the stimulus is sampled there.
/// Luminance is pixel^1.7 (the monitor's gamma); what the retina sees is compressed by a learned power below 1. (Wang et al. 2025.)
/// </summary>
internal sealed class Perspective : IDisposable
{
    private const float MonitorPower = 1.7f;
    private const double LastGain = 1, Darkest = 1e-5;

    private readonly Perceptron _perceptron;
    private readonly StreamLayer _angles;
    private readonly Monitor _monitor;
    private readonly Rotation _rotation;
    private readonly Tensor _rays, _monitorPower, _monitorScale, _monitorOffset, _logit, _scale, _offset;
    private readonly Tensor _aspect, _shrink;
    private readonly double _stretch;
    private readonly int _height, _width;
    private readonly GridSamplePadding _padding;

    internal Perspective(ParameterSet parameters, FoundationSpec spec)
    {
        (_height, _width) = (spec.RetinaHeight, spec.RetinaWidth);
        _padding = spec.Periphery == Periphery.Dark ? GridSamplePadding.Zeros : GridSamplePadding.Border;
        _monitor = new Monitor(parameters);
        _monitorPower = parameters.Constant("perspective.monitor_pixel.power", [1], [MonitorPower]);
        _monitorScale = parameters.Constant("perspective.monitor_pixel.scale", [1], [1]);
        _monitorOffset = parameters.Constant("perspective.monitor_pixel.offset", [1], [0]);
        _rays = parameters.Constant("perspective.retina.grid", [_height, _width, 3], Retina.Rays(_height, _width, spec.RetinaDegrees));
        ParameterTraits whole = new(Decay: false);
        _logit = parameters.Parameter("perspective.retina_pixel.logit", [1], Draw.Constant(0), whole);
        _scale = parameters.Parameter("perspective.retina_pixel.scale", [1], Draw.Constant(1), whole);
        _offset = parameters.Parameter("perspective.retina_pixel.offset", [1], Draw.Constant(0), whole);
        const string Name = "perspective.mlp";
        _perceptron = new Perceptron(parameters, Name, 0, spec.Eye!.Length, spec.PerspectiveHidden, spec.PerspectiveLayers);
        _angles = new StreamLayer(parameters, $"{Name}.linears.{spec.PerspectiveLayers}", 0, [3, spec.PerspectiveHidden, 1, 1, 1], gain: LastGain);
        _rotation = new Rotation(parameters.Device);
        // Kept for parity: the published sampler's coordinates span the pixel centres of the source, and shrink again by those of the output.
        double ws = spec.Stimulus.Width, hs = spec.Stimulus.Height;
        _stretch = ws / (ws - 1);
        using Scope scope = new();
        _aspect = scope.Keep(Tensor.FromArray([1, (float)(ws / hs)], 2).To(parameters.Device));
        _shrink = scope.Keep(Tensor.FromArray([(float)((_width - 1.0) / _width), (float)((_height - 1.0) / _height)], 2).To(parameters.Device));
    }

    /// <summary>Stimulus [B, 1, H, W], 0..1, and pupil [B, 2] to the retina's image [B, 1, H', W'].</summary>
    /// <param name="stimulus">The frames of all sequences.</param>
    /// <param name="eye">The pupil of each.</param>
    /// <param name="sequences">Sequences that draw noise of the monitor's place; null: no noise.</param>
    internal Tensor Forward(Tensor stimulus, Tensor eye, long? sequences)
    {
        long frames = eye.Size(0);
        Tensor turn = _rotation.Matrix(_angles.LinearToTheBit(_perceptron.ForwardToTheBit(eye))); // [B, 3, 3]
        Tensor rays = F.MatMul(turn, _rays.Reshape(1, -1, 3).Transpose(1, 2)); // [B, 3, P]
        (Tensor centre, Tensor axes) = _monitor.Place(sequences, frames / (sequences ?? frames));
        // The factors one after the other: near black the power below 1 makes much of the last bit, and the published code rounds in this order.
        Tensor grid = Monitor.Intersect(rays, centre, axes) * _aspect * _stretch * _shrink; // [B, P, 2]
        Tensor luminance = F.Pow(stimulus, _monitorPower) * _monitorScale + _monitorOffset;
        Tensor seen = F.GridSample(luminance, grid.Reshape(-1, _height, _width, 2), padding: _padding); // [B, 1, H', W']
        return F.Pow(seen + Darkest, F.Sigmoid(_logit)) * _scale + _offset;
    }

    /// <summary>See <see cref="Monitor.Restart"/>.</summary>
    internal void Restart() => _monitor.Restart();

    /// <summary>Frees the constants; the parameters are their set's.</summary>
    public void Dispose()
    {
        _monitor.Dispose();
        _rotation.Dispose();
        _aspect.Dispose();
        _shrink.Dispose();
    }
}
