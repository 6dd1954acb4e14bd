using LoopRig.Synthesis;

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

    /// <summary>Whether the least exciting input was sought: then the best of anything is the lowest.</summary>
    public required bool Least { get; init; }

    /// <summary>Variables of the behaviour that was found with the input, in the network's units; all responses here are at it. Empty: behaviour was held at its mean.</summary>
    public required IReadOnlyList<BehaviourValue> Behaviour { get; init; }

    /// <summary>Frames as they are shown, (height, width) each, in the network's units.</summary>
    public required float[][] Shown { get; init; }

    /// <summary>The predicted response to them.</summary>
    public required double Activation { get; init; }

    /// <summary>The predicted response to what the recipe gave, before it was brought to the mean and contrast shown.</summary>
    public required double AsSynthesised { get; init; }

    /// <summary>The recipe's log of each of its starts, a line a step.</summary>
    public required IReadOnlyList<SynthesisStep[]> Logs { get; init; }

    /// <summary>Predicted responses to natural crops of the same mean and contrast, the best last; empty: there are none.</summary>
    public required double[] Crops { get; init; }

    /// <summary>Responses along changes of the image about its centre, and along its contrast last; empty for movies.</summary>
    public required IReadOnlyList<ResponseCurve> Tuning { get; init; }

    /// <summary>The response along contrast.</summary>
    public required ResponseCurve ContrastResponse { get; init; }

    /// <summary>A Gabor that was fitted to the image; null of movies.</summary>
    public required Gabor? Gabor { get; init; }

    /// <summary>Other inputs that were asked for, diverse ones first.</summary>
    public IReadOnlyList<SynthesizedRelative> Relatives { get; init; } = [];

    /// <summary>Steps that the recipe took, the most of its starts.</summary>
    public int Steps => Logs.Max(static log => log.Length);

    /// <summary>The response to another input as a share of that to the best; NaN of the least exciting, whose response is next to nothing.</summary>
    public double ShareOf(SynthesizedRelative other) => Least || !(Activation > 0) ? double.NaN : other.Activation / Activation;

    /// <summary>Place among the crops, 1: beyond all of them. A response that is no number is beyond none.</summary>
    public int Rank => 1 + Crops.Count(crop => !(Least ? Activation < crop : Activation > crop));

    /// <summary>The response to the best crop; NaN without crops.</summary>
    public double BestCrop => CropAt(1);

    /// <summary>The response to a crop such that this share of them is no better; NaN without crops.</summary>
    public double CropAt(double share) => Crops.Length > 0 ? Crops[(int)(share * (Crops.Length - 1))] : double.NaN;
}
