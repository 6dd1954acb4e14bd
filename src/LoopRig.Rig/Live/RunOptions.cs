namespace LoopRig.Rig.Live;

/// <summary>What the caller of a live run chooses.</summary>
public sealed record RunOptions
{
    /// <summary>How long the sources run, seconds; null until they end or a stop is asked for.</summary>
    public double? Seconds { get; init; }

    /// <summary>Runs this adapter by itself, without network, and published only unless it is one whose process is alone: that one pushes to its rig's recorder. Null runs the rig.</summary>
    public string? Only { get; init; }

    /// <summary>The sources start when the predictions have this many subscribers.</summary>
    public int WaitSubscribers { get; init; }

    /// <summary>Where words for people go; null is silent. A terminal gets a live table unless <see cref="Plain"/>.</summary>
    public TextWriter? Output { get; init; }

    /// <summary>Plain lines even on a terminal.</summary>
    public bool Plain { get; init; }

    /// <summary>Called with the running rig when the sources start, for instance to change the network.</summary>
    public Action<LiveRig>? Started { get; init; }
}
