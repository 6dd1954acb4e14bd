namespace LoopRig.Rig.Inception;

/// <summary>How far a loop has come. Written after each step that is worth keeping; what it names is complete.</summary>
internal sealed record InceptionState
{
    /// <summary>The version that this program writes, and goes on from.</summary>
    public const int CurrentVersion = 2;

    /// <summary>The version of this file.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The configuration that the loop runs with, by a hash for each of <see cref="LoopKeys"/>.</summary>
    public Dictionary<string, string> Config { get; init; } = [];

    /// <summary>What is done next, or was in the middle of being done.</summary>
    public InceptionStage Stage { get; init; }

    /// <summary>Whether the natural images and stimulus files of collect are there.</summary>
    public bool Prepared { get; init; }

    /// <summary>Sessions of the images shown once, block by block: those that were recorded to their ends.</summary>
    public string[] Collected { get; init; } = [];

    /// <summary>The session of the repeated images.</summary>
    public string? Repeated { get; init; }

    /// <summary>The trained network's file.</summary>
    public string? Network { get; init; }

    /// <summary>The session of the images and their controls.</summary>
    public string? Presented { get; init; }

    /// <summary>Seconds that each stage took, over all starts; by its name.</summary>
    public Dictionary<string, double> Seconds { get; init; } = [];

    /// <summary>How often the loop was started, the first time included.</summary>
    public int Starts { get; init; }

    /// <summary>In which stage it was found at each start but the first.</summary>
    public string[] ResumedIn { get; init; } = [];

    /// <summary>Sessions that a crash left unfinished: kept, and not used.</summary>
    public string[] Abandoned { get; init; } = [];
}
