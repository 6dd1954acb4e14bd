using System.Buffers.Binary;
using LoopRig.Core;

namespace LoopRig.Recording;

/// <summary>
/// The frame around every record of a session log, format 1: 32 bytes of header, little-endian, then the body. The checksum covers everything behind
/// itself, so that a wrong length is found as surely as a wrong byte. docs/session-format.md says it byte by byte.
/// </summary>
public static class RecordFormat
{
    /// <summary>The version that this code writes and reads.</summary>
    public const byte Version = 1;
    /// <summary>Bytes in front of the body.</summary>
    public const int HeaderLength = 32;
    /// <summary>The longest body: a topic, a header and the largest payload of a message.</summary>
    public const int MaxBody = WireFormat.MaxTopicLength + WireFormat.HeaderLength + WireFormat.MaxPayload;

    /// <summary>The bytes "LRec" that every record begins with and that reading searches for after damage.</summary>
    public static ReadOnlySpan<byte> Marker => "LRec"u8;

    /// <summary>Writes the header of a record whose body lies behind it already.</summary>
    /// <param name="record">Header and body.</param>
    /// <param name="head">What the header says.</param>
    internal static void Seal(Span<byte> record, in RecordHead head)
    {
        Marker.CopyTo(record);
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], (uint)(record.Length - HeaderLength));
        record[12] = (byte)head.Kind;
        record[13] = Version;
        BinaryPrimitives.WriteUInt16LittleEndian(record[14..], (ushort)head.TopicLength);
        BinaryPrimitives.WriteInt64LittleEndian(record[16..], head.TimeNs);
        BinaryPrimitives.WriteUInt64LittleEndian(record[24..], head.Number);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Crc32.Compute(record[8..]));
    }

    /// <summary>The body's length that a header claims, or -1 when it cannot be the header of a record.</summary>
    internal static int BodyLength(ReadOnlySpan<byte> header)
    {
        if (!header.StartsWith(Marker)) return -1;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        return length <= MaxBody && BinaryPrimitives.ReadUInt16LittleEndian(header[14..]) <= length ? (int)length : -1;
    }

    /// <summary>Checks a whole record and reads its header; false when a bit is wrong.</summary>
    internal static bool TryOpen(ReadOnlySpan<byte> record, out RecordHead head)
    {
        head = new RecordHead(
            (RecordKind)record[12],
            BinaryPrimitives.ReadUInt16LittleEndian(record[14..]),
            BinaryPrimitives.ReadInt64LittleEndian(record[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(record[24..]));
        return BinaryPrimitives.ReadUInt32LittleEndian(record[4..]) == Crc32.Compute(record[8..]);
    }
}

/// <summary>What the header of a record says besides its length.</summary>
/// <param name="Kind">What the body holds.</param>
/// <param name="TopicLength">Bytes of the topic that the body begins with, terminator included; 0 without one.</param>
/// <param name="TimeNs">When the recorder, or the loop, had it in hand: ns on the rig clock.</param>
/// <param name="Number">Counts the records of a session from 0; a jump is a loss.</param>
public readonly record struct RecordHead(RecordKind Kind, int TopicLength, long TimeNs, ulong Number);
