using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Xu;

/// <summary>
/// Reads from eye and head how the image must be moved and turned to stand still on the retina: a perceptron of (th, phi, pitch, roll) whose three
/// outputs, -1..1, are scaled to pixels and degrees (Xu et al. 2023).
/// </summary>
internal sealed class Shifter : IDisposable
{
    private readonly BatchNorm _norm0, _norm1, _norm2;
    private readonly Linear _linear0, _linear1, _linear2;
    private readonly Tensor _bias;
    private readonly Tensor _scale;

    internal Shifter(ParameterSet parameters, ShifterSizes sizes)
    {
        int hidden = sizes.Hidden;
        _bias = parameters.Parameter("shifter.bias", [3], Draw.Constant(0), ParameterTraits.NoDecay);
        _norm0 = new BatchNorm(parameters, "shifter.layers.0", 4);
        _linear0 = new Linear(parameters, "shifter.layers.1", 4, hidden);
        _norm1 = new BatchNorm(parameters, "shifter.layers.2", hidden);
        _linear1 = new Linear(parameters, "shifter.layers.4", hidden, hidden);
        _norm2 = new BatchNorm(parameters, "shifter.layers.5", hidden);
        _linear2 = new Linear(parameters, "shifter.layers.7", hidden, 3);
        float[] scale = [(float)(sizes.Width / sizes.TranslationDivisor), (float)(sizes.Height / sizes.TranslationDivisor), (float)(180 / sizes.RotationDivisor)];
        using Scope scope = new();
        _scale = scope.Keep(Tensor.FromArray(scale, 3).To(parameters.Device));
    }

    /// <summary>[B, 4] as measured to [B, 3]: dx and dy in pixels, right and down positive, and the angle in degrees.</summary>
    internal Tensor Forward(Tensor pose, bool training)
    {
        Tensor x = _norm0.Forward(pose, training);
        x = F.Tanh(_norm1.Forward(_linear0.Forward(x), training)); // [B, hidden]
        x = F.Tanh(_norm2.Forward(_linear1.Forward(x), training)); // [B, hidden]
        return (F.Tanh(_linear2.Forward(x)) + _bias) * _scale;
    }

    /// <summary>Frees the constants; the parameters are their set's.</summary>
    public void Dispose() => _scale.Dispose();
}
