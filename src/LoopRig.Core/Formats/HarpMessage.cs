using System.Buffers.Binary;

namespace LoopRig.Core;

/// <summary>What a Harp message does with its register.</summary>
public enum HarpKind : byte
{
    /// <summary>Asks for the register, or answers with it.</summary>
    Read = 1,
    /// <summary>Sets the register, or confirms that it was set.</summary>
    Write = 2,
    /// <summary>The device tells of its own accord.</summary>
    Event = 3,
}

/// <summary>How the numbers of a payload lie there: its size in bytes, and marks. The bits are the protocol's.</summary>
[Flags]
public enum HarpPayload : byte
{
    /// <summary>Nothing but, perhaps, a time.</summary>
    None = 0,
    /// <summary>uint8.</summary>
    U8 = 1,
    /// <summary>uint16.</summary>
    U16 = 2,
    /// <summary>uint32.</summary>
    U32 = 4,
    /// <summary>uint64.</summary>
    U64 = 8,
    /// <summary>int8.</summary>
    S8 = Signed | U8,
    /// <summary>int16.</summary>
    S16 = Signed | U16,
    /// <summary>int32.</summary>
    S32 = Signed | U32,
    /// <summary>int64.</summary>
    S64 = Signed | U64,
    /// <summary>float32.</summary>
    Single = Real | U32,
    /// <summary>The device's time stands before the numbers.</summary>
    Timed = 0x10,
    /// <summary>Floating point.</summary>
    Real = 0x40,
    /// <summary>Two's complement.</summary>
    Signed = 0x80,
}

/// <summary>
/// A message of the Harp binary protocol (harp-tech/protocol, BinaryProtocol-8bit): kind, length, register, port, payload type, time, little-endian numbers,
/// and the sum of all bytes. It refers to the bytes that it was read from.
/// </summary>
/// <remarks>
/// A length of 255 says that a 16-bit length follows. The protocol's text left open what that one counts, and no device is known to use it; here it counts the bytes
/// behind itself, as the short one does.
/// </remarks>
public readonly ref struct HarpMessage
{
    /// <summary>The longest message that is read, bytes. No device is known to need 255; a length beyond this is taken for garbage, which is so recognised early.</summary>
    public const int MaxLength = 1024;
    /// <summary>What <see cref="Port"/> is of the device itself.</summary>
    public const byte OwnPort = 255;
    /// <summary>Nanoseconds of a tick of the device's clock.</summary>
    public const long TickNs = 32_000;

    private const byte ErrorMark = 0x08;
    private const byte ExtendedMark = 255;
    private const int TimeLength = 6;
    private const int TicksASecond = 31_250;

    private HarpMessage(byte kind, byte address, byte port, HarpPayload type, long timeNs, ReadOnlySpan<byte> payload)
    {
        Kind = (HarpKind)(kind & ~ErrorMark);
        IsError = (kind & ErrorMark) != 0;
        (Address, Port, Type, TimeNs) = (address, port, type, timeNs);
        Payload = payload;
    }

    /// <summary>What it does.</summary>
    public HarpKind Kind { get; }
    /// <summary>Whether the device refuses what it was asked for.</summary>
    public bool IsError { get; }
    /// <summary>The register.</summary>
    public byte Address { get; }
    /// <summary>Where the message comes from, or goes to, behind a hub.</summary>
    public byte Port { get; }
    /// <summary>The type of its numbers, with the mark of a time.</summary>
    public HarpPayload Type { get; }
    /// <summary>Whether it carries the device's time.</summary>
    public bool HasTime => (Type & HarpPayload.Timed) != 0;
    /// <summary>The device's time, ns: its seconds and ticks of 32 us; 0 without one.</summary>
    public long TimeNs { get; }
    /// <summary>Its numbers as they lie there.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>How many numbers there are.</summary>
    public int Count => SizeOf(Type) == 0 ? 0 : Payload.Length / SizeOf(Type);

    /// <summary>A number of the payload, whatever its type; of uint64, those above 2^63 come out negative.</summary>
    public double this[int index]
    {
        get
        {
            var at = Payload[(index * SizeOf(Type))..];
            return (Type & ~HarpPayload.Timed) switch
            {
                HarpPayload.U8 => (double)at[0], // the cast decides for all of them: their common type would be single
                HarpPayload.S8 => (sbyte)at[0],
                HarpPayload.U16 => BinaryPrimitives.ReadUInt16LittleEndian(at),
                HarpPayload.S16 => BinaryPrimitives.ReadInt16LittleEndian(at),
                HarpPayload.U32 => BinaryPrimitives.ReadUInt32LittleEndian(at),
                HarpPayload.S32 => BinaryPrimitives.ReadInt32LittleEndian(at),
                HarpPayload.Single => BinaryPrimitives.ReadSingleLittleEndian(at),
                _ => BinaryPrimitives.ReadInt64LittleEndian(at),
            };
        }
    }

    /// <summary>Reads the message at the front of the bytes. Never throws, whatever came in.</summary>
    /// <param name="bytes">What has come.</param>
    /// <param name="message">The message, where there is one.</param>
    /// <param name="length">Its bytes; of garbage 1: the next message may begin at any byte.</param>
    public static ParseOutcome TryRead(ReadOnlySpan<byte> bytes, out HarpMessage message, out int length)
    {
        message = default;
        length = 1;
        if (bytes.Length < 2)
        {
            return bytes.IsEmpty || IsKind(bytes[0]) ? ParseOutcome.Incomplete : ParseOutcome.Garbage;
        }
        if (!IsKind(bytes[0]))
        {
            return ParseOutcome.Garbage;
        }
        int behind = bytes[1];
        var at = 2;
        if (behind == ExtendedMark)
        {
            if (bytes.Length < 4)
            {
                return ParseOutcome.Incomplete;
            }
            behind = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
            at = 4;
        }
        // As little as the header says is looked at before it is waited for the rest: garbage shall be known early.
        if (at + behind > MaxLength || behind < 4)
        {
            return ParseOutcome.Garbage;
        }
        if (bytes.Length < at + 3)
        {
            return ParseOutcome.Incomplete;
        }
        var type = (HarpPayload)bytes[at + 2];
        var timed = (type & HarpPayload.Timed) != 0;
        var payload = behind - 4 - (timed ? TimeLength : 0);
        if (!IsType(type) || payload < 0 || (SizeOf(type) == 0 ? payload != 0 : payload % SizeOf(type) != 0))
        {
            return ParseOutcome.Garbage;
        }
        if (bytes.Length < at + behind)
        {
            return ParseOutcome.Incomplete;
        }
        var whole = bytes[..(at + behind)];
        if (Sum(whole[..^1]) != whole[^1])
        {
            return ParseOutcome.Garbage;
        }
        var timeNs = 0L;
        if (timed)
        {
            var ticks = BinaryPrimitives.ReadUInt16LittleEndian(whole[(at + 7)..]);
            if (ticks >= TicksASecond)
            {
                return ParseOutcome.Garbage;
            }
            timeNs = BinaryPrimitives.ReadUInt32LittleEndian(whole[(at + 3)..]) * RigClock.SecondNs + ticks * TickNs;
        }
        message = new HarpMessage(whole[0], whole[at], whole[at + 1], type, timeNs, whole[^(payload + 1)..^1]);
        length = whole.Length;
        return ParseOutcome.Message;
    }

    /// <summary>Writes a message.</summary>
    /// <param name="destination">14 bytes more than the payload are always enough.</param>
    /// <param name="kind">What it does.</param>
    /// <param name="address">The register.</param>
    /// <param name="type">The type of the numbers; without <see cref="HarpPayload.Timed"/> no time is written.</param>
    /// <param name="timeNs">The device's time, ns; cut to its ticks.</param>
    /// <param name="payload">The numbers, little-endian.</param>
    /// <returns>The message's bytes.</returns>
    public static int Write(Span<byte> destination, HarpKind kind, byte address, HarpPayload type, long timeNs, ReadOnlySpan<byte> payload)
    {
        var timed = (type & HarpPayload.Timed) != 0;
        var behind = 4 + (timed ? TimeLength : 0) + payload.Length;
        destination[0] = (byte)kind;
        var at = 2;
        destination[1] = (byte)Math.Min(behind, ExtendedMark);
        if (behind >= ExtendedMark)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(destination[2..], checked((ushort)behind));
            at = 4;
        }
        destination[at++] = address;
        destination[at++] = OwnPort;
        destination[at++] = (byte)type;
        if (timed)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(destination[at..], (uint)(timeNs / RigClock.SecondNs));
            BinaryPrimitives.WriteUInt16LittleEndian(destination[(at + 4)..], (ushort)(timeNs % RigClock.SecondNs / TickNs));
            at += TimeLength;
        }
        payload.CopyTo(destination[at..]);
        at += payload.Length;
        destination[at] = Sum(destination[..at]);
        return at + 1;
    }

    private static int SizeOf(HarpPayload type) => (int)type & 0x0F;

    private static bool IsKind(byte kind) => (kind & ~ErrorMark) is >= (byte)HarpKind.Read and <= (byte)HarpKind.Event;

    private static bool IsType(HarpPayload type) => (type & ~HarpPayload.Timed) is HarpPayload.None or HarpPayload.U8 or HarpPayload.S8 or HarpPayload.U16 or HarpPayload.S16
        or HarpPayload.U32 or HarpPayload.S32 or HarpPayload.U64 or HarpPayload.S64 or HarpPayload.Single;

    private static byte Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0;
        foreach (var value in bytes)
        {
            sum += value;
        }
        return (byte)sum;
    }
}
