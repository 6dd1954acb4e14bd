namespace LoopRig.Native.Wire;

/// <summary>What a receiver has seen of one stream. Written by the receiver's thread, readable from any.</summary>
public sealed class StreamCounters
{
    private long _received;
    private long _bytes;
    private long _missing;
    private long _malformed;
    private long _truncated;
    private long _oversized;
    private long _replayed;
    private long _lastReceivedNs;

    /// <summary>Sound messages delivered.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Payload bytes delivered.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Messages that the sequence numbers say were lost on the way.</summary>
    public long Missing => Volatile.Read(ref _missing);

    /// <summary>Messages refused for a wrong number of parts, a bad header or checksum, or a descriptor that is none.</summary>
    public long Malformed => Volatile.Read(ref _malformed);

    /// <summary>Messages refused because their payload was shorter than their header says.</summary>
    public long Truncated => Volatile.Read(ref _truncated);

    /// <summary>Messages refused because their payload did not fit into the slot, or was longer than their header says.</summary>
    public long Oversized => Volatile.Read(ref _oversized);

    /// <summary>Messages refused because one as new had been delivered: repeated, or out of order.</summary>
    public long Replayed => Volatile.Read(ref _replayed);

    /// <summary>Messages that arrived and were refused.</summary>
    public long Refused => Malformed + Truncated + Oversized + Replayed;

    /// <summary>When the last sound message came, ns on the rig clock; 0 before the first.</summary>
    public long LastReceivedNs => Volatile.Read(ref _lastReceivedNs);

    internal void CountReceived(int bytes, long nowNs)
    {
        Volatile.Write(ref _received, _received + 1);
        Volatile.Write(ref _bytes, _bytes + bytes);
        Volatile.Write(ref _lastReceivedNs, nowNs);
    }

    internal void CountMissing(ulong messages) => Volatile.Write(ref _missing, _missing + (long)Math.Min(messages, long.MaxValue / 2));

    internal void CountReplayed() => Volatile.Write(ref _replayed, _replayed + 1);

    internal void CountOversized() => Volatile.Write(ref _oversized, _oversized + 1);

    internal void CountTruncated() => Volatile.Write(ref _truncated, _truncated + 1);

    internal void CountMalformed() => Volatile.Write(ref _malformed, _malformed + 1);
}
