using LoopRig.Core;
using LoopRig.Models;
using LoopRig.Synthesis;

namespace LoopRig.Rig.Inception;

/// <summary>The trained network as a function of one image: its other inputs stay at what they were on average while the repeated images were shown.</summary>
/// <param name="network">The network.</param>
/// <param name="others">The normalised values of each input but the image, by its name.</param>
internal sealed class ImagePredictor(INetwork network, IReadOnlyDictionary<string, float[]> others)
{
    private readonly InputSpec _image = network.Inputs.Single(static i => i.Kind == InputKind.Image);

    /// <summary>Rows of the image.</summary>
    public int Height => _image.Height;

    /// <summary>Columns of the image.</summary>
    public int Width => _image.Width;

    /// <summary>Deviation that the network divides pixels by.</summary>
    public double Deviation => _image.Std.Length > 0 ? _image.Std[0] : 1;

    /// <summary>Predicted responses [images][units] to images from 0 black to 1 white that stand still.</summary>
    public float[][] Predict(IReadOnlyList<float[]> images, IReadOnlyList<int> units, CancellationToken stop)
    {
        var (mean, deviation) = (_image.Mean.Length > 0 ? _image.Mean[0] : 0, (float)Deviation);
        float[][] normalised = [.. images.Select(image => Array.ConvertAll(image, pixel => (pixel - mean) / deviation))];
        return Activations.Of(network, normalised, units, new SynthesisInputs { Fixed = others }, stop);
    }
}
