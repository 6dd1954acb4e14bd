namespace LoopRig.Rig.Configuration;

/// <summary>The recording.</summary>
public sealed record SessionConfig
{
    /// <summary>Whether the run is recorded; a rig that does not record says so in its summary.</summary>
    public bool Record { get; init; } = true;

    /// <summary>The folder that session folders are made in, relative to the current directory.</summary>
    public string Folder { get; init; } = "sessions";
}
