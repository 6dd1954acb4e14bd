using System.Runtime.InteropServices;

namespace LoopRig.Core;

/// <summary>Which samples of one stream a bin used. A sample is a message's sequence number and the place inside its block.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct SampleRange
{
    /// <summary>The first sample's message.</summary>
    public ulong FirstSequence;
    /// <summary>The last sample's message.</summary>
    public ulong LastSequence;
    /// <summary>The first sample's place in its block; 0 for single samples.</summary>
    public int FirstSample;
    /// <summary>The last sample's place in its block.</summary>
    public int LastSample;
    /// <summary>How many samples the bin used; 0 means that the rest says nothing.</summary>
    public int Count;
    /// <summary>The source's epoch of the last sample.</summary>
    public uint Epoch;
}

/// <summary>One stream's part of a bin.</summary>
public sealed class StreamBin
{
    internal StreamBin(int elements)
    {
        Values = new float[elements];
        ValidCounts = new int[elements];
    }

    /// <summary>The mean over the bin's samples of each channel or pixel, in the stream's unit (pixels 0 to 255); NaN where no sample was valid.</summary>
    public float[] Values { get; }
    internal int[] ValidCounts { get; }
    /// <summary>The samples used.</summary>
    public SampleRange Range;
    /// <summary>The last sample's time on the rig clock, ns.</summary>
    public long LastSampleNs { get; internal set; }
    /// <summary>A source restarted or looped inside or right before this bin: differences to the past mean nothing.</summary>
    public bool NewEpoch { get; internal set; }

    /// <summary>Takes over another bin's content; both belong to the same stream.</summary>
    internal void CopyFrom(StreamBin other)
    {
        other.Values.AsSpan().CopyTo(Values);
        Range = other.Range;
        LastSampleNs = other.LastSampleNs;
        NewEpoch = other.NewEpoch;
    }
}

/// <summary>The samples of every stream in [<see cref="StartNs"/>, <see cref="EndNs"/>), averaged. Built once and refilled.</summary>
public sealed class Bin
{
    /// <summary>Builds a bin for streams of these descriptors, in their order.</summary>
    public Bin(IReadOnlyList<StreamDescriptor> streams)
    {
        Streams = new StreamBin[streams.Count];
        for (var i = 0; i < streams.Count; i++)
        {
            Streams[i] = new StreamBin(streams[i].ElementCount);
        }
    }

    /// <summary>The bin's number: its start divided by its length.</summary>
    public long Index { get; internal set; } = long.MinValue;
    /// <summary>The first instant of the bin, ns on the rig clock.</summary>
    public long StartNs { get; internal set; }
    /// <summary>The first instant after the bin, ns on the rig clock.</summary>
    public long EndNs { get; internal set; }
    /// <summary>When the bin could be closed, ns on the rig clock: the receipt of the item that closed it, or its end plus the allowed lateness.</summary>
    public long ClosedNs { get; internal set; }
    /// <summary>Whether the lateness ran out before every required stream had passed the end.</summary>
    public bool ClosedByTime { get; internal set; }
    /// <summary>The streams' parts, in the order of the descriptors.</summary>
    public StreamBin[] Streams { get; }

    /// <summary>Takes over another bin's content; both are of the same streams.</summary>
    public void CopyFrom(Bin other)
    {
        (Index, StartNs, EndNs, ClosedNs, ClosedByTime) = (other.Index, other.StartNs, other.EndNs, other.ClosedNs, other.ClosedByTime);
        for (var i = 0; i < Streams.Length; i++)
        {
            Streams[i].CopyFrom(other.Streams[i]);
        }
    }
}
