using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Sensorium;

/// <summary>A small perceptron, tanh behind every layer, from the pupil's centre to how far all readout positions move (Sensorium 2022 baseline).</summary>
internal sealed class PupilShifter
{
    private readonly Linear[] _layers;

    internal PupilShifter(ParameterSet parameters, Sensorium2022Spec spec)
    {
        _layers = new Linear[spec.ShifterLayers];
        for (int i = 0; i < _layers.Length; i++)
        {
            // Linear and tanh alternate in the published list, so the linear layers have the even numbers.
            long inputs = i == 0 ? 2 : spec.ShifterHidden, outputs = i == _layers.Length - 1 ? 2 : spec.ShifterHidden;
            _layers[i] = new Linear(parameters, $"shifter.{spec.Session}.mlp.{2 * i}", inputs, outputs);
        }
    }

    /// <summary>[N, 2] to [N, 2], in the readout's coordinates.</summary>
    internal Tensor Forward(Tensor pupilCentre)
    {
        Tensor x = pupilCentre;
        foreach (Linear layer in _layers)
            x = F.Tanh(layer.Forward(x));
        return x;
    }
}
