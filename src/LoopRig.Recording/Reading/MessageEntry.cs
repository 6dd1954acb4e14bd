namespace LoopRig.Recording;

/// <summary>Where a recorded message lies, and what its header says of time and order.</summary>
/// <param name="Segment">The index of the segment.</param>
/// <param name="Offset">Where the record begins in the segment, bytes.</param>
/// <param name="BodyLength">Bytes of the record's body.</param>
/// <param name="TopicLength">Bytes of the topic in the body.</param>
/// <param name="Samples">Samples in the message.</param>
/// <param name="Epoch">The source's epoch.</param>
/// <param name="Sequence">The message's sequence number.</param>
/// <param name="DeviceTimeNs">Device time, ns on the stream's clock.</param>
/// <param name="HostTimeNs">Host time, ns on the rig clock.</param>
public readonly record struct MessageEntry(int Segment, long Offset, int BodyLength, int TopicLength, int Samples, uint Epoch, ulong Sequence, long DeviceTimeNs, long HostTimeNs);
