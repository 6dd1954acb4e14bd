namespace LoopRig.Rig.Configuration;

/// <summary>Recorded samples, npy or csv, a row a sample.</summary>
public sealed class SamplesConfig : AdapterConfig
{
    /// <summary>The file, .npy (N) or (N,columns) or .csv; relative to this one.</summary>
    [InputFile]
    public required string Source { get; init; }

    /// <summary>The channels' names in the stream, one a column that is published.</summary>
    [Items(1, 4096)]
    public required string[] Channels { get; init; }

    /// <summary>The columns that become the channels: names in the file's first line, or numbers from 0; empty: all but the time's.</summary>
    [Items(0, 4096)]
    public string[] Columns { get; init; } = [];

    /// <summary>The channels' units: one for all, or one a channel.</summary>
    [Items(0, 4096)]
    public string[] Units { get; init; } = [];

    /// <summary>The column with the time in seconds, counted from 0; -1: the file has none, and rateHz is its documented rate.</summary>
    [Range(-1, 4095)]
    public int TimeColumn { get; init; } = -1;

    /// <summary>The rate of a file without times, samples per second.</summary>
    [Range(0, 1e6)]
    public double RateHz { get; init; }

    /// <summary>Samples sent as one message, each with its own time.</summary>
    [Range(1, 65_536)]
    public int BlockSamples { get; init; } = 1;

    /// <summary>Whether it starts over at its end, with a new epoch; time goes on.</summary>
    public bool Loop { get; init; }

    /// <summary>Whether it plays in real time or as fast as it is taken.</summary>
    public Pace Pace { get; init; } = Pace.RealTime;
}
