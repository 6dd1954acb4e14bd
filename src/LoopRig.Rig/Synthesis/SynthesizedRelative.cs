namespace LoopRig.Rig.Synthesis;

/// <summary>An input beside the best one of a neuron, at the same mean and contrast.</summary>
internal sealed record SynthesizedRelative
{
    /// <summary>Of inputs that drive the neuron nearly as well and look different.</summary>
    public const string Diverse = "diverse";

    /// <summary>What it is: <see cref="Diverse"/>, gabor or centre-surround; its role in the set.</summary>
    public required string Kind { get; init; }

    /// <summary>Frames as they are shown, in the network's units.</summary>
    public required float[][] Shown { get; init; }

    /// <summary>The predicted response to them.</summary>
    public required double Activation { get; init; }

    /// <summary>Of a diverse one: root mean square distance to the nearest other, in deviations of the best input; else NaN.</summary>
    public double Distance { get; init; } = double.NaN;

    /// <summary>Of a parametric one: its parameters (<see cref="LoopRig.Synthesis.ParametricResult.Parameters"/>); else null.</summary>
    public IReadOnlyDictionary<string, double>? Parameters { get; init; }
}
