namespace LoopRig.Rig.Configuration;

/// <summary>Recorded activity, counts or traces, a row a bin and a column a unit.</summary>
public sealed class NeuralConfig : AdapterConfig
{
    /// <summary>A .npy of (bins,units); relative to this file.</summary>
    [InputFile]
    public required string Source { get; init; }

    /// <summary>The length of a row, milliseconds.</summary>
    [Range(1, 10_000)]
    public required double BinMs { get; init; }

    /// <summary>Whether the rows are samples of traces (fluorescence, rates), not counts of events in a bin.</summary>
    public bool Traces { get; init; }

    /// <summary>The units' ids, one a column, none of them twice; empty: those of unitIdsFile, and without it the numbers from 0.</summary>
    [Items(0, 100_000)]
    public string[] UnitIds { get; init; } = [];

    /// <summary>A file of the units' ids, as a spike sorter leaves it: text with one a line, or a .npy of whole numbers; relative to this file.</summary>
    [InputFile]
    public string? UnitIdsFile { get; init; }

    /// <summary>Whether it starts over at its end, with a new epoch; time goes on.</summary>
    public bool Loop { get; init; }

    /// <summary>Whether it plays in real time or as fast as it is taken.</summary>
    public Pace Pace { get; init; } = Pace.RealTime;
}
