using LoopRig.Core;

namespace LoopRig.Training;

/// <summary>What a reader hands over to make a <see cref="Dataset"/>. Letters: T bins, U units.</summary>
internal sealed record DatasetContent
{
    /// <summary>The inputs, without statistics.</summary>
    public required InputSpec[] Inputs { get; init; }

    /// <summary>Of each input, its values.</summary>
    public required IBinValues[] Values { get; init; }

    /// <summary>One name a unit.</summary>
    public required string[] UnitIds { get; init; }

    /// <summary>Recorded activity, [T, U]; NaN where a unit was not recorded.</summary>
    public required IBinValues Activity { get; init; }

    /// <summary>For each bin, whether any activity is known.</summary>
    public required bool[] Known { get; init; }

    /// <summary>Expected activity of a simulation; null where nobody knows it.</summary>
    public IBinValues? Expected { get; init; }

    /// <summary>Length of a bin, ns.</summary>
    public required long BinNs { get; init; }

    /// <summary>Each bin's place in time, in bins: neighbours that differ by 1 follow each other.</summary>
    public required long[] Indices { get; init; }

    /// <summary>For each bin, how many bins up to and with it are whole and follow each other without a gap or restart.</summary>
    public required int[] Unbroken { get; init; }

    /// <summary>The trials in order.</summary>
    public IReadOnlyList<DataTrial> Trials { get; init; } = [];

    /// <summary>For each bin the number of its stimulus; null where no stimulus is known to repeat.</summary>
    public int[]? Repeats { get; init; }

    /// <summary>Inputs with statistics that were published with the data, used instead of those over the fit; null where there are none.</summary>
    public InputSpec[]? Published { get; init; }

    /// <summary>What was left out or altered, and why.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Indices and unbroken counts of trials that are whole in themselves and apart from each other.</summary>
    public static (long[] Indices, int[] Unbroken) Apart(IReadOnlyList<DataTrial> trials)
    {
        int bins = trials.Count == 0 ? 0 : trials[^1].First + trials[^1].Bins;
        var indices = new long[bins];
        var unbroken = new int[bins];
        for (int trial = 0; trial < trials.Count; trial++)
        {
            for (int bin = 0; bin < trials[trial].Bins; bin++)
            {
                indices[trials[trial].First + bin] = trials[trial].First + bin + trial;     // one more a trial: a gap
                unbroken[trials[trial].First + bin] = bin + 1;
            }
        }
        return (indices, unbroken);
    }
}
