using LoopRig.Torch;

namespace LoopRig.Models.Foundation;

/// <summary>
/// Linear layers, each with GELU. The first is not standardised and starts at zero, so that what follows is at first independent of the inputs.
/// </summary>
internal sealed class Perceptron
{
    private readonly StreamLayer[] _layers;

    internal Perceptron(ParameterSet parameters, string name, int stream, int inputs, int hidden, int layers)
    {
        _layers = new StreamLayer[layers];
        for (int i = 0; i < layers; i++)
        {
            long[] shape = [hidden, i == 0 ? inputs : hidden, 1, 1, 1];
            _layers[i] = new StreamLayer(parameters, $"{name}.linears.{i}", stream, shape, gain: i == 0 ? null : 1, standardise: i > 0, zero: i == 0);
        }
    }

    /// <summary>[B, inputs] to [B, hidden], see <see cref="StreamLayer.LinearToTheBit"/>.</summary>
    internal Tensor ForwardToTheBit(Tensor x)
    {
        foreach (StreamLayer layer in _layers)
            x = Nonlinearity.Gelu(layer.LinearToTheBit(x));
        return x;
    }

    /// <summary>[..., inputs] to [..., hidden].</summary>
    internal Tensor Forward(Tensor x)
    {
        foreach (StreamLayer layer in _layers)
            x = Nonlinearity.Gelu(layer.Linear(x));
        return x;
    }
}
