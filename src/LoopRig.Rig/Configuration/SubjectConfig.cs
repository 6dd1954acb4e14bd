namespace LoopRig.Rig.Configuration;

/// <summary>The animal, in the words of NWB.</summary>
public sealed class SubjectConfig
{
    /// <summary>The lab's name for the animal; part of the session folder's name.</summary>
    [Pattern("[A-Za-z0-9_-]+", "letters, digits, '-' and '_'")]
    public required string Id { get; init; }

    /// <summary>The Latin binomial.</summary>
    public string Species { get; init; } = "Mus musculus";

    /// <summary>M, F, U (unknown) or O (other).</summary>
    [Pattern("[MFUO]", "M, F, U (unknown) or O (other)")]
    public string Sex { get; init; } = "U";

    /// <summary>An ISO 8601 duration such as P90D; empty when unknown.</summary>
    [Pattern("(P[0-9.]+[DWMY].*)?", "an ISO 8601 duration such as P90D")]
    public string Age { get; init; } = "";

    /// <summary>Strain, genotype, surgery: free text.</summary>
    public string Description { get; init; } = "";
}
