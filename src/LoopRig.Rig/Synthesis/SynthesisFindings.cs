using LoopRig.Synthesis;

namespace LoopRig.Rig.Synthesis;

/// <summary>All that a synthesis found, before it is written.</summary>
internal sealed record SynthesisFindings
{
    /// <summary>What was asked for.</summary>
    public required SynthesisOptions Options { get; init; }

    /// <summary>The options and the network as a hash.</summary>
    public required string Key { get; init; }

    /// <summary>The network's hash, as <c>model info</c> gives it.</summary>
    public required string NetworkHash { get; init; }

    /// <summary>The network's kind.</summary>
    public required string NetworkKind { get; init; }

    /// <summary>Its neurons.</summary>
    public required int NetworkUnits { get; init; }

    /// <summary>The recipe as it was run.</summary>
    public required SynthesisPreset Preset { get; init; }

    /// <summary>What all inputs are shown with.</summary>
    public required Shown Shown { get; init; }

    /// <summary>Rows of an image.</summary>
    public required int Height { get; init; }

    /// <summary>Columns of an image.</summary>
    public required int Width { get; init; }

    /// <summary>How the neurons were chosen, for the reader.</summary>
    public required string ChosenBy { get; init; }

    /// <summary>The natural crops; null: nothing was compared.</summary>
    public required NaturalCrops? Crops { get; init; }

    /// <summary>The neurons, in the order of the choice.</summary>
    public required SynthesizedNeuron[] Neurons { get; init; }

    /// <summary>How long it took, s.</summary>
    public required double Seconds { get; init; }

    /// <summary>Whether there are crops that the results are compared with.</summary>
    public bool IsCompared => Neurons[0].Crops.Length > 0;

    /// <summary>Neurons that their input drives more than every crop; of the least exciting, less.</summary>
    public int BeyondAllCrops => Neurons.Count(static neuron => neuron.Rank == 1);

    /// <summary>Cycles a pixel above which receptive fields are smoothed for the eye: the published 0.05 of 80 pixels for that recipe, three times as fine for images of sharper recipes.</summary>
    public double Smoothing => Preset.Name == SynthesisPreset.Xu.Name ? 0.05 : 0.15;
}
