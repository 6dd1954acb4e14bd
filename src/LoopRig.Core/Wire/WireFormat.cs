using System.Buffers.Binary;

namespace LoopRig.Core;

/// <summary>Why a message was refused. Each has its own counter at a receiver.</summary>
public enum WireError
{
    /// <summary>The message is sound.</summary>
    None,
    /// <summary>Not exactly three parts, or a part has a length that cannot be.</summary>
    Parts,
    /// <summary>The topic is empty, too long, or lacks its terminator.</summary>
    Topic,
    /// <summary>The header does not begin with the magic number.</summary>
    Magic,
    /// <summary>A version that this program does not speak.</summary>
    Version,
    /// <summary>An unknown kind or element type, a rank or a shape that cannot be.</summary>
    Header,
    /// <summary>The payload is larger than allowed, or not as long as the header says.</summary>
    Length,
    /// <summary>The checksum does not fit.</summary>
    Checksum,
}

/// <summary>
/// Wire format, version 1: three parts <c>[name NUL][header, 128 bytes][payload]</c>, little-endian, CRC-32 (zlib's polynomial) over header and payload.
/// docs/wire-format.md says it byte by byte.
/// </summary>
public static class WireFormat
{
    /// <summary>"LRIG" read as a little-endian number.</summary>
    public const uint Magic = 0x4749_524C;
    /// <summary>The version that this code writes and reads.</summary>
    public const byte Version = 1;
    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 128;
    /// <summary>The largest number of dimensions.</summary>
    public const int MaxRank = 6;
    /// <summary>The longest topic, terminator included.</summary>
    public const int MaxTopicLength = 128;
    /// <summary>The largest payload, 64 MiB: a 4K colour frame fits twice.</summary>
    public const int MaxPayload = 64 << 20;
    /// <summary>A stream's descriptor travels on the stream's name with this in front of the terminator.</summary>
    public const string DescriptorSuffix = "/descriptor";

    private const int ChecksumAt = HeaderLength - 4;
    private const FrameFlags KnownFlags = FrameFlags.NewEpoch | FrameFlags.Fallback | FrameFlags.SampleTimes | FrameFlags.WarmUp | FrameFlags.Degraded;

    /// <summary>The topic part of a stream: its name and a NUL, so that no name is the prefix of another.</summary>
    /// <exception cref="LoopRigException">The name is empty, too long, or not printable ASCII.</exception>
    public static byte[] Topic(string name)
    {
        if (name.Length is 0 or >= MaxTopicLength)
        {
            throw new LoopRigException($"stream name '{name}': 1 to {MaxTopicLength - 1} characters are allowed");
        }
        var topic = new byte[name.Length + 1];
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] is < '!' or > '~')
            {
                throw new LoopRigException($"stream name '{name}': only printable ASCII without blanks is allowed");
            }
            topic[i] = (byte)name[i];
        }
        return topic;
    }

    /// <summary>Writes <paramref name="header"/> (its <see cref="FrameHeader.PayloadLength"/> taken from <paramref name="payload"/>) and the checksum.</summary>
    /// <param name="destination">At least <see cref="HeaderLength"/> bytes.</param>
    /// <param name="header">What to write.</param>
    /// <param name="payload">The payload that the checksum covers.</param>
    public static void WriteHeader(Span<byte> destination, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var d = destination[..HeaderLength];
        d.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(d, Magic);
        d[4] = Version;
        d[5] = (byte)header.Kind;
        d[6] = (byte)header.DType;
        d[7] = header.Rank;
        BinaryPrimitives.WriteUInt32LittleEndian(d[8..], (uint)header.Flags);
        BinaryPrimitives.WriteUInt32LittleEndian(d[12..], header.Clock.Value);
        BinaryPrimitives.WriteUInt64LittleEndian(d[16..], header.Sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(d[24..], header.Epoch);
        BinaryPrimitives.WriteUInt32LittleEndian(d[28..], (uint)payload.Length);
        BinaryPrimitives.WriteInt64LittleEndian(d[32..], header.DeviceTimeNs);
        BinaryPrimitives.WriteInt64LittleEndian(d[40..], header.HostTimeNs);
        BinaryPrimitives.WriteInt64LittleEndian(d[48..], header.BinStartNs);
        BinaryPrimitives.WriteInt64LittleEndian(d[56..], header.BinEndNs);
        BinaryPrimitives.WriteUInt64LittleEndian(d[64..], header.FirstInput);
        BinaryPrimitives.WriteUInt64LittleEndian(d[72..], header.LastInput);
        for (var i = 0; i < header.Rank && i < MaxRank; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(d[(80 + 4 * i)..], header.Shape[i]);
        }
        // 104 to 124 are reserved and zero.
        BinaryPrimitives.WriteUInt32LittleEndian(d[ChecksumAt..], Crc32.Append(Crc32.Compute(d[..ChecksumAt]), payload));
    }

    /// <summary>Checks the three parts of a message and reads its header. Never throws and never allocates, whatever came in.</summary>
    /// <param name="topic">The first part.</param>
    /// <param name="part">The second part.</param>
    /// <param name="payload">The third part.</param>
    /// <param name="header">The header; meaningless unless the result is <see cref="WireError.None"/>.</param>
    public static WireError TryRead(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> part, ReadOnlySpan<byte> payload, out FrameHeader header)
    {
        header = default;
        if (topic.Length is < 2 or > MaxTopicLength || topic[^1] != 0 || topic[..^1].Contains((byte)0))
        {
            return WireError.Topic;
        }
        var error = TryReadHeader(part, out header);
        if (error != WireError.None)
        {
            return error;
        }
        if (header.PayloadLength != payload.Length)
        {
            return WireError.Length;
        }
        var stored = BinaryPrimitives.ReadUInt32LittleEndian(part[ChecksumAt..]);
        return Crc32.Append(Crc32.Compute(part[..ChecksumAt]), payload) == stored ? WireError.None : WireError.Checksum;
    }

    /// <summary>Reads a header alone and checks all but the checksum: enough to know how long the payload must be.</summary>
    public static WireError TryReadHeader(ReadOnlySpan<byte> part, out FrameHeader header)
    {
        header = default;
        if (part.Length != HeaderLength)
        {
            return WireError.Parts;
        }
        if (BinaryPrimitives.ReadUInt32LittleEndian(part) != Magic)
        {
            return WireError.Magic;
        }
        if (part[4] != Version)
        {
            return WireError.Version;
        }
        header.Kind = (MessageKind)part[5];
        header.DType = (DType)part[6];
        header.Rank = part[7];
        header.Flags = (FrameFlags)BinaryPrimitives.ReadUInt32LittleEndian(part[8..]);
        header.Clock = new ClockId(BinaryPrimitives.ReadUInt32LittleEndian(part[12..]));
        header.Sequence = BinaryPrimitives.ReadUInt64LittleEndian(part[16..]);
        header.Epoch = BinaryPrimitives.ReadUInt32LittleEndian(part[24..]);
        header.PayloadLength = BinaryPrimitives.ReadUInt32LittleEndian(part[28..]);
        header.DeviceTimeNs = BinaryPrimitives.ReadInt64LittleEndian(part[32..]);
        header.HostTimeNs = BinaryPrimitives.ReadInt64LittleEndian(part[40..]);
        header.BinStartNs = BinaryPrimitives.ReadInt64LittleEndian(part[48..]);
        header.BinEndNs = BinaryPrimitives.ReadInt64LittleEndian(part[56..]);
        header.FirstInput = BinaryPrimitives.ReadUInt64LittleEndian(part[64..]);
        header.LastInput = BinaryPrimitives.ReadUInt64LittleEndian(part[72..]);
        return CheckShape(part, ref header);
    }

    private static WireError CheckShape(ReadOnlySpan<byte> part, ref FrameHeader header)
    {
        var size = header.DType.Size();
        if (header.Kind is < MessageKind.Samples or > MessageKind.Event || size == 0 || header.Rank > MaxRank || (header.Flags & ~KnownFlags) != 0)
        {
            return WireError.Header;
        }
        if (header.PayloadLength > MaxPayload)
        {
            return WireError.Length;
        }
        var bytes = (ulong)size;
        for (var i = 0; i < header.Rank; i++)
        {
            header.Shape[i] = BinaryPrimitives.ReadUInt32LittleEndian(part[(80 + 4 * i)..]);
            bytes *= header.Shape[i];
            if (bytes > MaxPayload)
            {
                return WireError.Header; // before the product can wrap: each factor is below 2^32, the rest below 2^26
            }
        }
        if ((header.Flags & FrameFlags.SampleTimes) != 0)
        {
            if (header.Rank == 0)
            {
                return WireError.Header;
            }
            bytes += (ulong)header.Shape[0] * sizeof(long);
        }
        return bytes == header.PayloadLength ? WireError.None : WireError.Length;
    }
}
