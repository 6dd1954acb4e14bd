namespace LoopRig.Models.Sensorium;

/// <summary>Sizes of the core's maps and of the parts of them that one position of the last map rests on.</summary>
internal readonly record struct MapSizes
{
    internal MapSizes(Sensorium2022Spec spec)
    {
        (ImageHeight, ImageWidth) = (spec.Image.Height, spec.Image.Width);
        (Height, Width) = (spec.Image.Height - spec.InputKernel + 1, spec.Image.Width - spec.InputKernel + 1);
        (Layers, InputKernel, Reach) = (spec.Layers, spec.InputKernel, spec.HiddenKernel / 2);
    }

    /// <summary>Rows and columns of the image.</summary>
    internal int ImageHeight { get; }

    /// <inheritdoc cref="ImageHeight"/>
    internal int ImageWidth { get; }

    /// <summary>Rows and columns of every map.</summary>
    internal int Height { get; }

    /// <inheritdoc cref="Height"/>
    internal int Width { get; }

    /// <summary>Layers of the core.</summary>
    internal int Layers { get; }

    /// <summary>Side of the first kernel.</summary>
    internal int InputKernel { get; }

    /// <summary>Pixels that a later layer sees on each side.</summary>
    internal int Reach { get; }

    /// <summary>Pixels on each side of the four that are read, of layer <paramref name="layer"/>'s map.</summary>
    internal int Margin(int layer) => Reach * (Layers - 1 - layer);

    /// <summary>Side of the part of layer <paramref name="layer"/>'s map that a bilinear reading rests on.</summary>
    internal int Side(int layer) => 2 + 2 * Margin(layer);

    /// <summary>Side of that part of the image: the receptive field and a pixel for interpolation.</summary>
    internal int ImageSide => Side(0) + InputKernel - 1;
}
