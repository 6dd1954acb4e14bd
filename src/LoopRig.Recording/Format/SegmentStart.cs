using System.Buffers.Binary;
using LoopRig.Core;

namespace LoopRig.Recording;

/// <summary>The first record of each segment: a segment that is found alone still says where it belongs.</summary>
/// <param name="Session">The session's id.</param>
/// <param name="Segment">The segment's number, from 0.</param>
/// <param name="RigNs">When it was begun, ns on the rig clock.</param>
/// <param name="Utc">The same moment on the wall clock.</param>
public readonly record struct SegmentStart(Guid Session, int Segment, long RigNs, DateTime Utc)
{
    internal const int Length = 40;

    internal void WriteTo(Span<byte> body)
    {
        Session.TryWriteBytes(body, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(body[16..], Segment);
        BinaryPrimitives.WriteInt64LittleEndian(body[24..], RigNs);
        BinaryPrimitives.WriteInt64LittleEndian(body[32..], (Utc - DateTime.UnixEpoch).Ticks * 100);
    }

    /// <summary>Reads the body of a <see cref="RecordKind.SegmentStart"/> record.</summary>
    /// <exception cref="RecordingException">The body is no segment start.</exception>
    public static SegmentStart Read(ReadOnlySpan<byte> body)
    {
        if (body.Length != Length) throw new RecordingException($"a segment start of {body.Length} bytes cannot be");
        return new SegmentStart(new Guid(body[..16], bigEndian: true), (int)BinaryPrimitives.ReadInt64LittleEndian(body[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(body[24..]), DateTime.UnixEpoch.AddTicks(BinaryPrimitives.ReadInt64LittleEndian(body[32..]) / 100));
    }
}
