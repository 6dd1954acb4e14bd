using LoopRig.Models.Layers;
using LoopRig.Torch;
using F = LoopRig.Torch.Functional;

namespace LoopRig.Models.Sensorium;

/// <summary><see cref="StackedCore"/> in evaluation mode with its batch norms folded into the convolutions: of whole images, or of a part of each.</summary>
internal sealed class FoldedCore(PatchConvolution first, Tensor? planes, FoldedCore.Layer[] layers) : IDisposable
{
    /// <summary>One depth-separable layer: 1x1, each channel by itself, 1x1 with the norm's scale, the norm's offset.</summary>
    internal readonly record struct Layer(Tensor In, Tensor Spatial, Tensor Out, Tensor Bias);

    /// <summary>Image [N, C, H, W] and behaviour [N, D] (or null) to features [N, O, H', W'].</summary>
    /// <param name="image">The images, or a window of each.</param>
    /// <param name="behaviour">The constant planes.</param>
    /// <param name="window">Where the windows lie, which then shrink from layer to layer; null for whole images, whose maps are padded.</param>
    internal Tensor Forward(Tensor image, Tensor? behaviour, MapWindows? window)
    {
        Tensor x = first.Forward(image);
        if (behaviour is not null) x += F.Linear(behaviour, planes!).Unsqueeze(2).Unsqueeze(3);
        x = Activate(x, 0, window);
        for (int i = 0; i < layers.Length; i++)
        {
            Layer layer = layers[i];
            long padding = window is null ? layer.Spatial.Size(2) / 2 : 0;
            x = F.Conv2d(F.Conv2d(x, layer.In), layer.Spatial, padding: new Size2(padding, padding), groups: layer.Spatial.Size(0));
            x = Activate(F.Conv2d(x, layer.Out, layer.Bias), i + 1, window);
        }
        return x;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        first.Dispose();
        planes?.Dispose();
        foreach ((Tensor inner, Tensor spatial, Tensor outer, Tensor bias) in layers)
        {
            inner.Dispose();
            spatial.Dispose();
            outer.Dispose();
            bias.Dispose();
        }
    }

    // Beyond the map's border the next layer sees zeros, not what a wider map would hold.
    private static Tensor Activate(Tensor x, int layer, MapWindows? window)
    {
        Tensor active = F.Elu(x);
        return window?.Inside(layer) is { } inside ? active * inside : active;
    }
}
