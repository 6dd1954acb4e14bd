using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>What a controller sees of a bin. The spans end with the call.</summary>
public readonly ref struct ControlBin
{
    /// <summary>The bin's number.</summary>
    public long Index { get; init; }

    /// <summary>Its start, ns of the rig clock.</summary>
    public long StartNs { get; init; }

    /// <summary>Its end (exclusive), ns of the rig clock.</summary>
    public long EndNs { get; init; }

    /// <summary>What happened to it.</summary>
    public BinFlags Flags { get; init; }

    /// <summary>The predicted counts, one a unit; of a fallback what was published in its place. NaN before the first prediction.</summary>
    public ReadOnlySpan<float> Prediction { get; init; }

    /// <summary>
    /// Whether the prediction may decide anything: it is none of a network that warms up, and no fallback unless the rig's configuration lets fallbacks count.
    /// </summary>
    public bool Counts { get; init; }

    /// <summary>The means of <see cref="IController.Variables"/>; NaN where the bin had no sample.</summary>
    public ReadOnlySpan<float> Behaviour { get; init; }

    /// <summary>What was on the screen through the whole bin, by its number at the display; -1: gray; <see cref="Changed"/>: more than one.</summary>
    public int Shown { get; init; }

    /// <summary>What is on the screen now, by its number; -1: gray.</summary>
    public int ShownNow { get; init; }

    /// <summary>Since when, ns of the rig clock; 0: it has not flipped yet.</summary>
    public long ShownNowSinceNs { get; init; }

    /// <summary>When the display flipped last, ns of the rig clock; 0: not yet. What it showed by then is known.</summary>
    public long FlippedNs { get; init; }

    /// <summary>In place of a stimulus's number: what was shown changed within the bin.</summary>
    public const int Changed = -2;
}
