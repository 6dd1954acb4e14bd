namespace LoopRig.Acquisition;

/// <summary>Recorded samples, a row each, as a source of a vector stream.</summary>
public sealed record SamplesOptions
{
    /// <summary>The adapter's and its stream's name.</summary>
    public required string Name { get; init; }

    /// <summary>A .npy of (samples) or (samples, columns), or a .csv with or without a line of names.</summary>
    public required string Source { get; init; }

    /// <summary>The channels' names in the stream, one a column that is published.</summary>
    public required string[] Channels { get; init; }

    /// <summary>The columns that become the channels: names in the file's first line, or numbers from 0. Empty: all but the time's.</summary>
    public string[] Columns { get; init; } = [];

    /// <summary>The channels' units: one for all, or one a channel.</summary>
    public string[] Units { get; init; } = [];

    /// <summary>The column of the samples' times, s, from 0; -1: the file has none, and <see cref="RateHz"/> is the rate it was documented with.</summary>
    public int TimeColumn { get; init; } = -1;

    /// <summary>Samples per second of a file without times.</summary>
    public double RateHz { get; init; }

    /// <summary>Samples in one message, each with its own time; a message goes out when its last sample's time has come.</summary>
    public int BlockSamples { get; init; } = 1;

    /// <summary>Starts over at its end, with a new epoch; time goes on.</summary>
    public bool Loop { get; init; }

    /// <summary>How it is played.</summary>
    public Pace Pace { get; init; } = Pace.RealTime;
}
