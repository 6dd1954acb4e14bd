namespace LoopRig.Recording;

/// <summary>What a record of the log holds. The numbers are part of session format 1; docs/session-format.md describes each body.</summary>
public enum RecordKind : byte
{
    /// <summary>The first record of a segment: which session, which segment, when (<see cref="SegmentStart"/>).</summary>
    SegmentStart = 1,
    /// <summary>A wire message, verbatim: topic, header, payload.</summary>
    Message = 2,
    /// <summary>A bin of the live loop (<see cref="RecordedBin"/>).</summary>
    Bin = 3,
    /// <summary>Messages that were lost on an edge (<see cref="LoopRig.Core.DropRecord"/>).</summary>
    Drop = 4,
    /// <summary>A message that came after its bin had closed (<see cref="LoopRig.Core.LateRecord"/>).</summary>
    Late = 5,
    /// <summary>Something rare - a swap, a fault, a clock model, a silent stream: UTF-8 JSON with a <c>kind</c> key.</summary>
    Event = 6,
}
