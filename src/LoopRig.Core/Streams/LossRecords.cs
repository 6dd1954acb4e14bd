namespace LoopRig.Core;

/// <summary>Where messages were lost. The numbers are part of session format 1.</summary>
public enum DropEdge : uint
{
    /// <summary>The device or file, before anything was published; there are no sequence numbers.</summary>
    Source = 1,
    /// <summary>Between publisher and receiver: the receiver saw a gap.</summary>
    Wire = 2,
    /// <summary>Between receiver and aligner: no slot was free.</summary>
    Ring = 3,
    /// <summary>The recorder refused a malformed message.</summary>
    Recorder = 4,
    /// <summary>Between prediction and controller or renderer.</summary>
    Prediction = 5,
}

/// <summary>Messages of one stream that were lost on one edge. What was lost on the wire or in the ring may still be in the log: the loop did not see it.</summary>
/// <param name="Edge">Where.</param>
/// <param name="FirstSequence">The first lost message; 0 where the edge has no sequence numbers.</param>
/// <param name="LastSequence">The last lost message; 0 where the edge has no sequence numbers.</param>
/// <param name="Count">How many.</param>
public readonly record struct DropRecord(DropEdge Edge, ulong FirstSequence, ulong LastSequence, ulong Count)
{
    /// <summary>The source's epoch: a restarted source counts from 0 again.</summary>
    public uint Epoch { get; init; }
}

/// <summary>A message of which some samples came after their bin had closed; they were counted and not merged.</summary>
/// <param name="Sequence">The message.</param>
/// <param name="DeviceTimeNs">The message's device time, ns on its clock.</param>
/// <param name="ReceivedNs">When it was received, ns on the rig clock.</param>
/// <param name="BinIndex">The oldest bin that was still open.</param>
/// <param name="Samples">How many of its samples were late.</param>
public readonly record struct LateRecord(ulong Sequence, long DeviceTimeNs, long ReceivedNs, long BinIndex, ulong Samples)
{
    /// <summary>The source's epoch: a restarted source counts from 0 again.</summary>
    public uint Epoch { get; init; }
}
