using System.Buffers.Binary;
using LoopRig.Core;

namespace LoopRig.Recording;

/// <summary>How <see cref="DropRecord"/> and <see cref="LateRecord"/> lie in the log, behind their topic.</summary>
internal static class LossFormat
{
    public const int DropLength = 32;
    public const int LateLength = 48;

    public static void Write(Span<byte> body, in DropRecord drop)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(body, (uint)drop.Edge);
        BinaryPrimitives.WriteUInt32LittleEndian(body[4..], drop.Epoch);
        BinaryPrimitives.WriteUInt64LittleEndian(body[8..], drop.FirstSequence);
        BinaryPrimitives.WriteUInt64LittleEndian(body[16..], drop.LastSequence);
        BinaryPrimitives.WriteUInt64LittleEndian(body[24..], drop.Count);
    }

    public static DropRecord ReadDrop(ReadOnlySpan<byte> body)
    {
        if (body.Length != DropLength) throw new RecordingException($"a drop record of {body.Length} bytes cannot be");
        return new DropRecord((DropEdge)BinaryPrimitives.ReadUInt32LittleEndian(body), BinaryPrimitives.ReadUInt64LittleEndian(body[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(body[16..]), BinaryPrimitives.ReadUInt64LittleEndian(body[24..]))
        {
            Epoch = BinaryPrimitives.ReadUInt32LittleEndian(body[4..]),
        };
    }

    public static void Write(Span<byte> body, in LateRecord late)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(body, late.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(body[8..], late.DeviceTimeNs);
        BinaryPrimitives.WriteInt64LittleEndian(body[16..], late.ReceivedNs);
        BinaryPrimitives.WriteInt64LittleEndian(body[24..], late.BinIndex);
        BinaryPrimitives.WriteUInt64LittleEndian(body[32..], late.Samples);
        BinaryPrimitives.WriteUInt64LittleEndian(body[40..], late.Epoch);
    }

    public static LateRecord ReadLate(ReadOnlySpan<byte> body)
    {
        if (body.Length != LateLength) throw new RecordingException($"a record of a late message cannot have {body.Length} bytes");
        return new LateRecord(BinaryPrimitives.ReadUInt64LittleEndian(body), BinaryPrimitives.ReadInt64LittleEndian(body[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(body[16..]), BinaryPrimitives.ReadInt64LittleEndian(body[24..]), BinaryPrimitives.ReadUInt64LittleEndian(body[32..]))
        {
            Epoch = BinaryPrimitives.ReadUInt32LittleEndian(body[40..]),
        };
    }
}
