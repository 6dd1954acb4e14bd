namespace LoopRig.Training;

/// <summary>
/// What a sweep asks of the most exciting images of its networks, where the data are simulated head-fixed mice whose receptive fields are known: a Gabor that is fitted to a neuron's image must lie
/// where its receptive field does. Medians over all neurons of all cells are held to limits.
/// </summary>
public sealed record ReceptiveFieldsConfig
{
    /// <summary>The recipe.</summary>
    public string Preset { get; init; } = "inception2019";

    /// <summary>Steps of an ascent; null: the recipe's.</summary>
    public int? Steps { get; init; }

    /// <summary>Contrast of the images: the standard deviation of their pixels, 0 black to 1 white.</summary>
    public double Contrast { get; init; } = 0.1;

    /// <summary>Most that the median difference of orientations may be, degrees.</summary>
    public double MostOrientationDeg { get; init; } = 10;

    /// <summary>Most that the median distance of the centres may be, of the image's width.</summary>
    public double MostDistance { get; init; } = 0.1;

    /// <summary>Most that the median difference of frequencies may be, of the true one.</summary>
    public double MostFrequency { get; init; } = 0.2;
}
