using System.Buffers.Binary;

namespace LoopRig.Core;

/// <summary>
/// The binary sister of <see cref="SensorLine"/> for fast sensors: samples of 16-bit numbers in blocks, each sample with its own time, a checksum over all.
/// docs/serial-protocol.md says it byte by byte.
/// </summary>
public readonly ref struct SensorBlock
{
    /// <summary>The first byte, which no line begins with.</summary>
    public const byte Start = 0xA5;
    /// <summary>The most samples of a block.</summary>
    public const int MaxSamples = 64;
    /// <summary>The most values of a sample.</summary>
    public const int MaxValues = 16;
    /// <summary>The longest block, bytes.</summary>
    public const int MaxLength = HeaderLength + MaxSamples * (TimeLength + MaxValues * sizeof(short)) + ChecksumLength;

    private const byte Second = 0x5A;
    private const byte Version = 1;
    private const int HeaderLength = 8;
    private const int TimeLength = sizeof(uint);
    private const int ChecksumLength = sizeof(uint);
    private readonly ReadOnlySpan<byte> _samples;

    private SensorBlock(int values, int samples, ushort sequence, ReadOnlySpan<byte> bytes)
    {
        (Values, Samples, Sequence) = (values, samples, sequence);
        _samples = bytes;
    }

    /// <summary>Values of each sample.</summary>
    public int Values { get; }
    /// <summary>How many samples there are.</summary>
    public int Samples { get; }
    /// <summary>The first sample's number; counts samples, from 65535 to 0 again.</summary>
    public ushort Sequence { get; }

    /// <summary>A sample's time on the device's clock, us, from 2^32 - 1 to 0 again.</summary>
    public uint TimeUs(int sample) => BinaryPrimitives.ReadUInt32LittleEndian(_samples[(sample * Stride(Values))..]);

    /// <summary>A value of a sample.</summary>
    public short this[int sample, int value] => BinaryPrimitives.ReadInt16LittleEndian(_samples[(sample * Stride(Values) + TimeLength + value * sizeof(short))..]);

    /// <summary>Reads the block at the front of the bytes. Never throws, whatever came in.</summary>
    /// <param name="bytes">What has come.</param>
    /// <param name="block">The block, where there is one; part of the buffer that was read.</param>
    /// <param name="length">Its bytes; of garbage, 1.</param>
    public static ParseOutcome TryRead(ReadOnlySpan<byte> bytes, out SensorBlock block, out int length)
    {
        block = default;
        length = 1;
        if (!CouldBegin(bytes))
        {
            return bytes.IsEmpty ? ParseOutcome.Incomplete : ParseOutcome.Garbage;
        }
        if (bytes.Length < HeaderLength)
        {
            return ParseOutcome.Incomplete;
        }
        int values = bytes[3], samples = bytes[4];
        var whole = HeaderLength + samples * Stride(values) + ChecksumLength;
        if (bytes.Length < whole)
        {
            return ParseOutcome.Incomplete;
        }
        if (Crc32.Compute(bytes[..(whole - ChecksumLength)]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[(whole - ChecksumLength)..]))
        {
            return ParseOutcome.Garbage;
        }
        length = whole;
        block = new SensorBlock(values, samples, BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]), bytes[HeaderLength..(whole - ChecksumLength)]);
        return ParseOutcome.Message;
    }

    /// <summary>Writes a block.</summary>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="sequence">The first sample's number.</param>
    /// <param name="timesUs">The samples' times, 1 to <see cref="MaxSamples"/>.</param>
    /// <param name="values">Their values, sample after sample, 1 to <see cref="MaxValues"/> each.</param>
    /// <returns>The block's bytes.</returns>
    public static int Write(Span<byte> destination, ushort sequence, ReadOnlySpan<uint> timesUs, ReadOnlySpan<short> values)
    {
        var count = timesUs.Length is > 0 and <= MaxSamples && values.Length % timesUs.Length == 0 ? values.Length / timesUs.Length : 0;
        if (count is < 1 or > MaxValues)
        {
            throw new ArgumentException($"{timesUs.Length} times and {values.Length} values: 1 to {MaxSamples} samples of 1 to {MaxValues} values make a block", nameof(values));
        }
        (destination[0], destination[1], destination[2], destination[3], destination[4], destination[5]) = (Start, Second, Version, (byte)count, (byte)timesUs.Length, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[6..], sequence);
        var at = HeaderLength;
        for (var i = 0; i < timesUs.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(destination[at..], timesUs[i]);
            at += TimeLength;
            for (var k = 0; k < count; k++, at += sizeof(short))
            {
                BinaryPrimitives.WriteInt16LittleEndian(destination[at..], values[i * count + k]);
            }
        }
        BinaryPrimitives.WriteUInt32LittleEndian(destination[at..], Crc32.Compute(destination[..at]));
        return at + ChecksumLength;
    }

    private static int Stride(int values) => TimeLength + values * sizeof(short);

    // Whether the bytes that there are can be the header's: garbage is told as early as it shows.
    private static bool CouldBegin(ReadOnlySpan<byte> bytes) =>
        bytes.Length > 0 && bytes[0] == Start
        && (bytes.Length < 2 || bytes[1] == Second)
        && (bytes.Length < 3 || bytes[2] == Version)
        && (bytes.Length < 4 || bytes[3] is > 0 and <= MaxValues)
        && (bytes.Length < 5 || bytes[4] is > 0 and <= MaxSamples)
        && (bytes.Length < 6 || bytes[5] == 0);
}
