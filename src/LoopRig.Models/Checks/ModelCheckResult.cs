namespace LoopRig.Models.Checks;

/// <summary>How far a network is from a golden file. An error is |a - b| / (1 + |b|), b being the golden value.</summary>
public sealed record ModelCheckResult
{
    /// <summary>The largest error that passes: 1e-4 absolute plus 1e-4 relative.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>The golden file.</summary>
    public required string Path { get; init; }

    /// <summary>The kind of network that was checked.</summary>
    public required string Kind { get; init; }

    /// <summary>The largest error of each stage: "pure.NAME" by C#, "frozen.NAME" by the frozen step.</summary>
    public required IReadOnlyDictionary<string, double> Stages { get; init; }

    /// <summary>Stages of the file that the network does not hand out, and that were not compared therefore.</summary>
    public required IReadOnlyList<string> NotCompared { get; init; }

    /// <summary>The largest error over all stages; infinite when a value is not a number.</summary>
    public double MaxError => Stages.Values.Max();

    /// <summary>Whether every stage is within the tolerance.</summary>
    public bool Passed => MaxError <= Tolerance;
}
