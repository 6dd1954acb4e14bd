namespace LoopRig.Core;

/// <summary>Sees every sound message that a receiver takes, on the receiver's thread. It returns soon and allocates nothing.</summary>
public interface IMessageObserver
{
    /// <summary>A message was taken.</summary>
    /// <param name="topic">Its topic, terminator included.</param>
    /// <param name="header">Its header.</param>
    /// <param name="payload">Its payload; only until the call returns.</param>
    /// <param name="receivedNs">When it was in hand, ns on the rig clock.</param>
    void Seen(ReadOnlySpan<byte> topic, in FrameHeader header, ReadOnlySpan<byte> payload, long receivedNs);
}
