namespace LoopRig.Synthesis;

/// <summary>What a stimulus is to drive: a unit, a weighted sum of units, or such a sum against others.</summary>
public sealed record SynthesisTarget
{
    /// <summary>What it is called, in logs and files. It also chooses the random start: the same label starts alike whatever is synthesised beside it.</summary>
    public required string Label { get; init; }

    /// <summary>The units whose weighted responses are summed.</summary>
    public required IReadOnlyList<UnitWeight> Units { get; init; }

    /// <summary>Clusters that are not to be driven, each a weighted sum; empty: nothing is held against the units.</summary>
    public IReadOnlyList<IReadOnlyList<UnitWeight>> Contrast { get; init; } = [];

    /// <summary>
    /// With clusters: null takes the mean of their sums off; else the score is a - T log mean exp(s / T) over the units' own sum a and the clusters' sums s, the contrastive objective of
    /// the most discriminative stimuli (T = 1.6 there).
    /// </summary>
    public double? ContrastTemperature { get; init; }

    /// <summary>Whether the least exciting stimulus is sought.</summary>
    public bool Least { get; init; }

    /// <summary>One unit alone.</summary>
    public bool IsOneUnit => Units is [{ Weight: 1 }] && Contrast.Count == 0;

    /// <summary>One unit.</summary>
    public static SynthesisTarget Of(int unit, string label, bool least = false) => new() { Label = label, Units = [new UnitWeight(unit)], Least = least };

    /// <summary>The mean of several units.</summary>
    public static SynthesisTarget MeanOf(IReadOnlyList<int> units, string label, bool least = false)
        => new() { Label = label, Units = [.. units.Select(unit => new UnitWeight(unit, 1.0 / units.Count))], Least = least };

    /// <summary>Checks units.</summary>
    /// <exception cref="SynthesisException">There are none, or one is not of the network.</exception>
    internal void Validate(int units)
    {
        if (Units.Count == 0 || Contrast.Any(static cluster => cluster.Count == 0)) throw new SynthesisException($"target {Label}: it has no units, or a cluster without any");
        foreach (UnitWeight unit in Units.Concat(Contrast.SelectMany(static cluster => cluster)))
            if (unit.Unit < 0 || unit.Unit >= units) throw new SynthesisException($"target {Label}: there is no unit {unit.Unit}, the network has {units}");
        if (ContrastTemperature is <= 0) throw new SynthesisException($"target {Label}: the contrast's temperature is {ContrastTemperature}, it must be positive");
    }
}
