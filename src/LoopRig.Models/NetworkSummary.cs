namespace LoopRig.Models;

/// <summary>What a network file holds, for people.</summary>
public sealed record NetworkSummary
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>Sizes, inputs, units.</summary>
    public required NetworkSpec Spec { get; init; }

    /// <summary>SHA-256 over spec and weights.</summary>
    public required string Hash { get; init; }

    /// <summary>Trained numbers.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Steps after a reset that rest on fewer frames than the network was trained with.</summary>
    public required int WarmUpSteps { get; init; }

    /// <summary>Name, type and shape of every array in the file.</summary>
    public required IReadOnlyList<string> Arrays { get; init; }

    /// <summary>Where the network comes from; empty for published weights.</summary>
    public required IReadOnlyDictionary<string, string> Provenance { get; init; }
}
