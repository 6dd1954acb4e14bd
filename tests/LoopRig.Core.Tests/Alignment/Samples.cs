using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace LoopRig.Core.Tests.Alignment;

/// <summary>Messages as adapters make them, for the aligner's tests.</summary>
internal static class Samples
{
    public const long Ms = RigClock.MillisecondNs;

    public static StreamDescriptor Vector(string name, params string[] channels) =>
        new() { Name = name, Kind = StreamKind.Vector, DType = DType.F32, Shape = [channels.Length], Channels = channels };

    public static StreamDescriptor Image(string name, int height, int width) =>
        new() { Name = name, Kind = StreamKind.Image, DType = DType.U8, Shape = [height, width] };

    public static AddResult Add(this BinAligner aligner, int stream, ulong sequence, long timeNs, params float[] values) =>
        aligner.Add(stream, Header(sequence, timeNs, values.Length), MemoryMarshal.AsBytes(values.AsSpan()));

    public static AddResult AddEpoch(this BinAligner aligner, int stream, ulong sequence, uint epoch, long timeNs, params float[] values)
    {
        var header = Header(sequence, timeNs, values.Length);
        header.Epoch = epoch;
        return aligner.Add(stream, header, MemoryMarshal.AsBytes(values.AsSpan()));
    }

    public static AddResult AddImage(this BinAligner aligner, int stream, ulong sequence, long timeNs, int height, int width, byte value)
    {
        var header = FrameHeader.Samples(DType.U8, [height, width], timeNs);
        header.Sequence = sequence;
        header.HostTimeNs = timeNs;
        var pixels = new byte[height * width];
        Array.Fill(pixels, value);
        return aligner.Add(stream, header, pixels);
    }

    public static FrameHeader Header(ulong sequence, long timeNs, int channels)
    {
        var header = FrameHeader.Samples(DType.F32, [channels], timeNs);
        header.Sequence = sequence;
        header.HostTimeNs = timeNs;
        return header;
    }

    /// <summary>A block of one-channel samples with a time each.</summary>
    public static (FrameHeader Header, byte[] Payload) Block(ulong sequence, long[] timesNs, float[] values)
    {
        var header = FrameHeader.Samples(DType.F32, [values.Length, 1], timesNs[^1]);
        header.Flags = FrameFlags.SampleTimes;
        header.Sequence = sequence;
        header.HostTimeNs = timesNs[^1];
        var payload = new byte[values.Length * (sizeof(long) + sizeof(float))];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(payload.AsSpan(i * sizeof(long)), timesNs[i]);
            BinaryPrimitives.WriteSingleLittleEndian(payload.AsSpan(values.Length * sizeof(long) + i * sizeof(float)), values[i]);
        }
        return (header, payload);
    }
}
