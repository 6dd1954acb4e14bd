namespace LoopRig.Acquisition;

/// <summary>Recorded neural activity as a source.</summary>
public sealed record NeuralActivityOptions
{
    /// <summary>The adapter's and its stream's name.</summary>
    public required string Name { get; init; }

    /// <summary>A .npy of (bins, units).</summary>
    public required string Source { get; init; }

    /// <summary>The length of a bin, ms.</summary>
    public required double BinMs { get; init; }

    /// <summary>The rows are samples of traces (fluorescence, rates), not counts of events in a bin.</summary>
    public bool Traces { get; init; }

    /// <summary>The units' ids, one a column; empty: those of the file, and without one the numbers from 0.</summary>
    public string[] UnitIds { get; init; } = [];

    /// <summary>A file of the units' ids, as a spike sorter leaves it: text with one a line, or a .npy of whole numbers.</summary>
    public string? UnitIdsFile { get; init; }

    /// <summary>Starts over at its end, with a new epoch; time goes on.</summary>
    public bool Loop { get; init; }

    /// <summary>How it is played.</summary>
    public Pace Pace { get; init; } = Pace.RealTime;
}
