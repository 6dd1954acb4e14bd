using System.Buffers.Binary;
using LoopRig.Core;

namespace LoopRig.Recording;

/// <summary>A bin as it stands in the log: what the loop did, and which samples of each stream it used.</summary>
/// <param name="Record">What the loop did.</param>
/// <param name="Streams">The samples used, in the order of the session's <see cref="SessionInfo.InputStreams"/>.</param>
public sealed record RecordedBin(BinRecord Record, SampleRange[] Streams)
{
    private const int FixedLength = 64;
    private const int FlagsAt = 56;
    private const int RangeLength = 32;

    /// <summary>From the close to the hand-over, ns: the latency that summaries report. Null when nothing went out.</summary>
    public long? LatencyNs => Record.SentNs > 0 ? Record.SentNs - Record.ClosedNs : null;

    internal static int BodyLength(int streams) => FixedLength + streams * RangeLength;

    internal static void Write(Span<byte> body, in BinRecord bin, ReadOnlySpan<SampleRange> streams)
    {
        BinaryPrimitives.WriteInt64LittleEndian(body, bin.Index);
        BinaryPrimitives.WriteInt64LittleEndian(body[8..], bin.StartNs);
        BinaryPrimitives.WriteInt64LittleEndian(body[16..], bin.EndNs);
        BinaryPrimitives.WriteInt64LittleEndian(body[24..], bin.ClosedNs);
        BinaryPrimitives.WriteInt64LittleEndian(body[32..], bin.SentNs);
        BinaryPrimitives.WriteUInt64LittleEndian(body[40..], bin.PredictionSequence);
        BinaryPrimitives.WriteUInt64LittleEndian(body[48..], bin.Network);
        BinaryPrimitives.WriteUInt32LittleEndian(body[FlagsAt..], (uint)bin.Flags);
        BinaryPrimitives.WriteInt32LittleEndian(body[60..], streams.Length);
        for (var i = 0; i < streams.Length; i++)
        {
            var at = body[BodyLength(i)..];
            BinaryPrimitives.WriteUInt64LittleEndian(at, streams[i].FirstSequence);
            BinaryPrimitives.WriteUInt64LittleEndian(at[8..], streams[i].LastSequence);
            BinaryPrimitives.WriteInt32LittleEndian(at[16..], streams[i].FirstSample);
            BinaryPrimitives.WriteInt32LittleEndian(at[20..], streams[i].LastSample);
            BinaryPrimitives.WriteInt32LittleEndian(at[24..], streams[i].Count);
            BinaryPrimitives.WriteUInt32LittleEndian(at[28..], streams[i].Epoch);
        }
    }

    /// <summary>Reads the body of a <see cref="RecordKind.Bin"/> record.</summary>
    /// <exception cref="RecordingException">The body is no bin.</exception>
    public static RecordedBin Read(ReadOnlySpan<byte> body)
    {
        var count = body.Length < FixedLength ? -1 : BinaryPrimitives.ReadInt32LittleEndian(body[60..]);
        if (count < 0 || body.Length != FixedLength + (long)count * RangeLength) throw new RecordingException($"a bin record of {body.Length} bytes cannot be");
        var streams = new SampleRange[count];
        for (var i = 0; i < count; i++)
        {
            var at = body[BodyLength(i)..];
            streams[i] = new SampleRange
            {
                FirstSequence = BinaryPrimitives.ReadUInt64LittleEndian(at),
                LastSequence = BinaryPrimitives.ReadUInt64LittleEndian(at[8..]),
                FirstSample = BinaryPrimitives.ReadInt32LittleEndian(at[16..]),
                LastSample = BinaryPrimitives.ReadInt32LittleEndian(at[20..]),
                Count = BinaryPrimitives.ReadInt32LittleEndian(at[24..]),
                Epoch = BinaryPrimitives.ReadUInt32LittleEndian(at[28..]),
            };
        }
        return new RecordedBin(ReadRecord(body), streams);
    }

    /// <summary>What the loop did, without the samples used: allocates nothing.</summary>
    internal static BinRecord ReadRecord(ReadOnlySpan<byte> body) => new()
    {
        Index = BinaryPrimitives.ReadInt64LittleEndian(body),
        StartNs = BinaryPrimitives.ReadInt64LittleEndian(body[8..]),
        EndNs = BinaryPrimitives.ReadInt64LittleEndian(body[16..]),
        ClosedNs = BinaryPrimitives.ReadInt64LittleEndian(body[24..]),
        SentNs = BinaryPrimitives.ReadInt64LittleEndian(body[32..]),
        PredictionSequence = BinaryPrimitives.ReadUInt64LittleEndian(body[40..]),
        Network = BinaryPrimitives.ReadUInt64LittleEndian(body[48..]),
        Flags = (BinFlags)BinaryPrimitives.ReadUInt32LittleEndian(body[FlagsAt..]),
        StreamCount = BinaryPrimitives.ReadInt32LittleEndian(body[60..]),
    };
}
