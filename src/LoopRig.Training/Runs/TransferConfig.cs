namespace LoopRig.Training;

/// <summary>What a new network takes over from a trained one.</summary>
public sealed record TransferConfig
{
    /// <summary>The trained network, a file.</summary>
    public required string From { get; init; }

    /// <summary>Beginnings of the names of the parameters that are taken over; null: those that the recipe calls its core.</summary>
    public string[]? Keep { get; init; }

    /// <summary>Whether what was taken over stays as it is, running statistics of batch norms included, and only the rest is trained.</summary>
    public bool Freeze { get; init; } = true;
}
