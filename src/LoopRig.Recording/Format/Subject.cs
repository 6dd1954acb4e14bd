namespace LoopRig.Recording;

/// <summary>The animal, in NWB's words.</summary>
public sealed record Subject
{
    /// <summary>The lab's name for the animal; becomes part of the folder's name.</summary>
    public string Id { get; init; } = "unknown";
    /// <summary>The Latin binomial.</summary>
    public string Species { get; init; } = "Mus musculus";
    /// <summary>M, F, U (unknown) or O (other).</summary>
    public string Sex { get; init; } = "U";
    /// <summary>ISO 8601 duration, such as P90D; empty when unknown.</summary>
    public string Age { get; init; } = "";
    /// <summary>Strain, genotype, surgery: free text.</summary>
    public string Description { get; init; } = "";
}
