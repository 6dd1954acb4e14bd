namespace LoopRig.Training;

/// <summary>What a run came to.</summary>
public sealed record TrainingOutcome
{
    /// <summary>The run's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>How training went; its <see cref="TrainingResult.Finished"/> is false when it was stopped, and the same call goes on.</summary>
    public required TrainingResult Training { get; init; }

    /// <summary>The best networks, one a session; none when training was stopped in its first pass.</summary>
    public required IReadOnlyList<SessionNetwork> Networks { get; init; }

    /// <summary>The most memory that the process has held, bytes.</summary>
    public required long PeakMemoryBytes { get; init; }

    /// <summary>What was left out of the data or altered, by session.</summary>
    public required IReadOnlyList<string> DataNotes { get; init; }

    /// <summary>Where training went on from a checkpoint of another libtorch or number of threads, what that means; null otherwise.</summary>
    public string? Caveat { get; init; }
}
