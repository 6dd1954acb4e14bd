using System.Runtime.InteropServices;

namespace LoopRig.Core;

/// <summary>What happened to a bin.</summary>
[Flags]
public enum BinFlags : uint
{
    /// <summary>The network's prediction went out in time.</summary>
    None = 0,
    /// <summary>The fallback went out.</summary>
    Fallback = 1,
    /// <summary>The network was not done at the deadline.</summary>
    DeadlineMissed = 2,
    /// <summary>A stale input was replaced by policy.</summary>
    Degraded = 4,
    /// <summary>The network's state had not seen enough bins.</summary>
    WarmUp = 8,
    /// <summary>The lateness ran out before every required stream had passed the bin's end.</summary>
    ClosedByTime = 16,
    /// <summary>The network's state was set back or warmed anew before this bin (start, hot swap).</summary>
    StateReset = 32,
    /// <summary>The network did step on this bin, so that its state has seen it (false: the bin never reached the network).</summary>
    Stepped = 64,
}

/// <summary>
/// What the session says of one bin, besides the samples it used: enough to compute the same prediction again, bit for bit.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public struct BinRecord
{
    /// <summary>The bin's number.</summary>
    public long Index;
    /// <summary>Its start, ns on the rig clock.</summary>
    public long StartNs;
    /// <summary>Its end, ns on the rig clock.</summary>
    public long EndNs;
    /// <summary>When it was closed, ns on the rig clock.</summary>
    public long ClosedNs;
    /// <summary>When its prediction was handed to the transport, ns on the rig clock; 0 if none was.</summary>
    public long SentNs;
    /// <summary>The prediction's sequence number.</summary>
    public ulong PredictionSequence;
    /// <summary>The first 8 bytes of the hash of the network that stepped.</summary>
    public ulong Network;
    /// <summary>What happened.</summary>
    public BinFlags Flags;
    /// <summary>How many <see cref="SampleRange"/> follow: one a stream, in the order of the session's stream table.</summary>
    public int StreamCount;
}

/// <summary>
/// Where the live loop leaves its own records; the adapters' samples reach the recorder on their own edge. Calls copy and return, allocate nothing,
/// and come from one thread. LoopRig.Recording implements it.
/// </summary>
public interface ISessionSink
{
    /// <summary>Records a message that the loop published, the three parts verbatim.</summary>
    void Message(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload);

    /// <summary>Records a bin.</summary>
    /// <param name="bin">The bin.</param>
    /// <param name="streams">The samples it used, one entry a stream of the session's stream table.</param>
    void Bin(in BinRecord bin, ReadOnlySpan<SampleRange> streams);

    /// <summary>Records messages that did not reach the aligner: replay leaves them out. A sink may not care.</summary>
    void Drop(ReadOnlySpan<byte> topic, in DropRecord drop)
    {
    }

    /// <summary>Records a message with samples that the aligner found too late: replay leaves them out. A sink may not care.</summary>
    void Late(ReadOnlySpan<byte> topic, in LateRecord late)
    {
    }

    /// <summary>Records something rare: a swap, a stream that fell silent or came back, an error. UTF-8 JSON with a <c>kind</c> key.</summary>
    void Event(ReadOnlySpan<byte> json);
}
