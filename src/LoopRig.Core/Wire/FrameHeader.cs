using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LoopRig.Core;

/// <summary>What a message carries. The numbers are part of wire format 1.</summary>
public enum MessageKind : byte
{
    /// <summary>One sample, frame or block of samples of a stream.</summary>
    Samples = 1,
    /// <summary>A stream's descriptor: UTF-8 JSON.</summary>
    Descriptor = 2,
    /// <summary>The predicted activity of every unit in one bin.</summary>
    Prediction = 3,
    /// <summary>Something that happened: UTF-8 JSON.</summary>
    Event = 4,
}

/// <summary>Marks on a message. The bits are part of wire format 1.</summary>
[Flags]
public enum FrameFlags : uint
{
    /// <summary>Nothing to say.</summary>
    None = 0,
    /// <summary>The first message after a source restarted or a file looped: what came before is no past of this sample.</summary>
    NewEpoch = 1,
    /// <summary>A prediction that the network did not compute: the configured fallback went out instead.</summary>
    Fallback = 2,
    /// <summary>The payload begins with one int64 device time (ns) for each of the block's samples, <c>Shape[0]</c> of them.</summary>
    SampleTimes = 4,
    /// <summary>A prediction from a state that has not seen enough frames yet.</summary>
    WarmUp = 8,
    /// <summary>A prediction whose input had a stale or missing stream.</summary>
    Degraded = 16,
}

/// <summary>Up to six dimensions, outermost first; those past the rank are zero.</summary>
[InlineArray(WireFormat.MaxRank)]
public struct Shape6
{
    private uint _first;
}

/// <summary>
/// The fixed part of every message, in memory. <see cref="WireFormat"/> says how it lies on the wire.
/// Times are nanoseconds; <see cref="HostTimeNs"/> is on the rig clock, <see cref="DeviceTimeNs"/> on the clock named by <see cref="Clock"/>.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public struct FrameHeader
{
    /// <summary>What the message carries.</summary>
    public MessageKind Kind;
    /// <summary>The payload's element type.</summary>
    public DType DType;
    /// <summary>How many entries of <see cref="Shape"/> count, 0 to 6.</summary>
    public byte Rank;
    /// <summary>Marks on the message.</summary>
    public FrameFlags Flags;
    /// <summary>The clock of <see cref="DeviceTimeNs"/>.</summary>
    public ClockId Clock;
    /// <summary>Counts the restarts and loops of the source; a new number means that the past is another one.</summary>
    public uint Epoch;
    /// <summary>Counts the messages of a stream from 0; a jump is a loss.</summary>
    public ulong Sequence;
    /// <summary>When the device took the sample (of a block: its last sample), ns on <see cref="Clock"/>.</summary>
    public long DeviceTimeNs;
    /// <summary>When the host had the sample in hand, ns on the rig clock.</summary>
    public long HostTimeNs;
    /// <summary>Of a prediction: the bin's start, ns on the rig clock.</summary>
    public long BinStartNs;
    /// <summary>Of a prediction: the bin's end (exclusive), ns on the rig clock.</summary>
    public long BinEndNs;
    /// <summary>Of a prediction: the first sequence number of the network's leading stream inside the bin.</summary>
    public ulong FirstInput;
    /// <summary>Of a prediction: the last sequence number of the network's leading stream inside the bin.</summary>
    public ulong LastInput;
    /// <summary>The payload's shape, outermost first.</summary>
    public Shape6 Shape;
    /// <summary>Bytes of the payload.</summary>
    public uint PayloadLength;

    /// <summary>Describes a sample of the given shape, outermost dimension first: (channels), (H,W), (H,W,C), or (samples, channels) for a block.</summary>
    public static FrameHeader Samples(DType type, ReadOnlySpan<int> shape, long deviceTimeNs)
    {
        var header = new FrameHeader { Kind = MessageKind.Samples, DType = type, Rank = (byte)shape.Length, DeviceTimeNs = deviceTimeNs };
        for (var i = 0; i < shape.Length; i++)
        {
            header.Shape[i] = (uint)shape[i];
        }
        return header;
    }

    /// <summary>The number of elements that the shape promises (1 for rank 0).</summary>
    public readonly ulong ElementCount
    {
        get
        {
            ulong count = 1;
            for (var i = 0; i < Rank; i++)
            {
                count *= Shape[i];
            }
            return count;
        }
    }

    /// <summary>How many samples the message holds: <c>Shape[0]</c> of a block, else 1.</summary>
    public readonly int SampleCount => (Flags & FrameFlags.SampleTimes) != 0 && Rank > 0 ? (int)Shape[0] : 1;

    /// <summary>Bytes in front of the data that hold the samples' times.</summary>
    public readonly int TimesLength => (Flags & FrameFlags.SampleTimes) != 0 ? SampleCount * sizeof(long) : 0;
}
