namespace LoopRig.Rig.Synthesis;

/// <summary>What was found for one neuron.</summary>
internal sealed record SynthesizedNeuron
{
    /// <summary>Its place among the network's outputs.</summary>
    public required int Unit { get; init; }

    /// <summary>Its name.</summary>
    public required string Id { get; init; }

    /// <summary>The score that it was chosen by; NaN: it was named.</summary>
    public required double Score { get; init; }

    /// <summary>Frames as they are shown, (height, width) each, in the network's units.</summary>
    public required float[][] Shown { get; init; }

    /// <summary>The predicted response to them.</summary>
    public required double Activation { get; init; }

    /// <summary>The predicted response to what the recipe gave, before it was brought to the mean and contrast shown.</summary>
    public required double AsSynthesised { get; init; }

    /// <summary>Steps that the recipe took.</summary>
    public required int Steps { get; init; }

    /// <summary>Predicted responses to natural crops of the same mean and contrast, ascending; empty: there are none.</summary>
    public required double[] Crops { get; init; }

    /// <summary>Responses along changes of the image about its centre, and along its contrast last; empty for movies.</summary>
    public required IReadOnlyList<ResponseCurve> Tuning { get; init; }

    /// <summary>The response along contrast.</summary>
    public required ResponseCurve ContrastResponse { get; init; }

    /// <summary>A Gabor that was fitted to the image; null of movies.</summary>
    public required Gabor? Gabor { get; init; }

    /// <summary>Place among the crops, 1: above all of them.</summary>
    public int Rank => 1 + Crops.Count(crop => crop >= Activation);

    /// <summary>The highest response to a crop; NaN without crops.</summary>
    public double BestCrop => Crops.Length > 0 ? Crops[^1] : double.NaN;
}
