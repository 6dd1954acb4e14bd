using System.Runtime.InteropServices;
using LoopRig.Stimulus.Displays;

namespace LoopRig.Stimulus.Live;

/// <summary>One flip: what was shown, and when it was commanded, drawn and flipped. Times are ns of the rig clock. Goes onto the wire as it lies in memory.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
public readonly record struct FlipRecord
{
    /// <summary>Fields of a record, by name, in order: the channels of its stream.</summary>
    public static readonly string[] Channels = ["flip", "command", "segment", "frame", "commanded_ns", "drawn_ns", "flipped_ns", "refreshes", "missed", "stamp", "stimulus", "answers", "frame_ns"];

    /// <summary>Counts from 0; its mark is in the corner.</summary>
    public long Flip { get; init; }

    /// <summary>The command that is being shown, counted from 0; -1: none, gray.</summary>
    public long Command { get; init; }

    /// <summary>Of the plan.</summary>
    public long Segment { get; init; }

    /// <summary>Of the plan, from 0.</summary>
    public long Frame { get; init; }

    /// <summary>When the command was given.</summary>
    public long CommandedNs { get; init; }

    /// <summary>When the canvas was finished.</summary>
    public long DrawnNs { get; init; }

    /// <summary>When it was flipped.</summary>
    public long FlippedNs { get; init; }

    /// <summary>Refreshes by the driver's count; -1: it does not count.</summary>
    public long Refreshes { get; init; }

    /// <summary>Refreshes that the flip before this one stayed too long, by interval and by counter, whichever is more.</summary>
    public long Missed { get; init; }

    /// <summary>What the time was taken from: a <see cref="StampSource"/>.</summary>
    public long Stamp { get; init; }

    /// <summary>The stimulus, by its place among the display's stimuli; -1: gray.</summary>
    public long Stimulus { get; init; }

    /// <summary>The last bin whose commands were known when this was drawn; -1: none, or no controller. The first flip that names a bin is the one that answers it.</summary>
    public long Answers { get; init; }

    /// <summary>When the last frame of that bin was received; 0 without one.</summary>
    public long FrameNs { get; init; }
}
