using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace LoopRig.Core;

/// <summary>What a line says.</summary>
public enum SensorLineKind
{
    /// <summary>Of a kind that this version does not know; to be ignored.</summary>
    Other,
    /// <summary>Who the device is.</summary>
    Hello,
    /// <summary>A sample.</summary>
    Sample,
    /// <summary>The device saw a pulse of the line that synchronises several devices.</summary>
    Pulse,
}

/// <summary>Up to sixteen whole numbers of a sample.</summary>
[InlineArray(SensorLine.MaxValues)]
public struct SensorValues
{
    private long _first;
}

/// <summary>
/// A line of LoopRig's serial line protocol: <c>$S,sequence,microseconds,value...*CRC</c>, <c>$P,microseconds*CRC</c> and <c>$H,device,what,bits*CRC</c>, ended by a line feed.
/// docs/serial-protocol.md says it in full, with the code of a microcontroller.
/// </summary>
public readonly ref struct SensorLine
{
    /// <summary>The longest line, its end included, bytes.</summary>
    public const int MaxLength = 256;
    /// <summary>The most values of a sample.</summary>
    public const int MaxValues = 16;

    private const byte Start = (byte)'$';
    private const byte Separator = (byte)',';
    private const byte ChecksumMark = (byte)'*';
    private const int ChecksumDigits = 4;

    private readonly SensorValues _values;

    private SensorLine(SensorLineKind kind) => Kind = kind;

    private SensorLine(uint pulseUs) => (Kind, TimeUs) = (SensorLineKind.Pulse, pulseUs);

    private SensorLine(ushort sequence, uint timeUs, scoped in SensorValues values, int count)
    {
        (Kind, Sequence, TimeUs, Count) = (SensorLineKind.Sample, sequence, timeUs, count);
        _values = values;
    }

    private SensorLine(ReadOnlySpan<byte> device, ReadOnlySpan<byte> what, int bits)
    {
        Kind = SensorLineKind.Hello;
        Device = device;
        What = what;
        Bits = bits;
    }

    /// <summary>What the line says.</summary>
    public SensorLineKind Kind { get; }
    /// <summary>Of a sample: counts samples, from 65535 to 0 again.</summary>
    public ushort Sequence { get; }
    /// <summary>Of a sample or a pulse: the device's time, us, from 2^32 - 1 to 0 again.</summary>
    public uint TimeUs { get; }
    /// <summary>Of a sample: how many values it has.</summary>
    public int Count { get; }
    /// <summary>Of a hello: the device's id, ASCII; part of the buffer that was read.</summary>
    public ReadOnlySpan<byte> Device { get; }
    /// <summary>Of a hello: what it is, such as <c>encoder</c>.</summary>
    public ReadOnlySpan<byte> What { get; }
    /// <summary>Of a hello: the width of its counters, after which they begin again.</summary>
    public int Bits { get; }

    /// <summary>A value of a sample.</summary>
    public long this[int index] => index < Count ? _values[index] : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>Reads the line at the front of the bytes. Never throws, whatever came in.</summary>
    /// <param name="bytes">What has come.</param>
    /// <param name="line">The line, where there is one.</param>
    /// <param name="length">Its bytes, end included; of garbage, the bytes up to where the next line may begin.</param>
    public static ParseOutcome TryRead(ReadOnlySpan<byte> bytes, out SensorLine line, out int length)
    {
        line = default;
        length = 0;
        if (bytes.IsEmpty)
        {
            return ParseOutcome.Incomplete;
        }
        var reach = bytes[..Math.Min(bytes.Length, MaxLength)];
        var end = reach.IndexOf((byte)'\n');
        var next = reach[1..].IndexOf(Start) + 1; // 0: none
        // A line that another one begins in has lost its end: the other one may be whole.
        if (bytes[0] == Start && end < 0 && next == 0 && reach.Length < MaxLength)
        {
            return ParseOutcome.Incomplete;
        }
        if (bytes[0] == Start && end > 0 && (next == 0 || next > end) && TryReadLine(reach[1..end], out line))
        {
            length = end + 1;
            return ParseOutcome.Message;
        }
        length = next > 0 ? next : reach.Length;
        return ParseOutcome.Garbage;
    }

    /// <summary>Writes a sample.</summary>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="sequence">One more than the sample before.</param>
    /// <param name="timeUs">When it was taken, us of the device's clock.</param>
    /// <param name="values">1 to <see cref="MaxValues"/> values.</param>
    /// <returns>The line's bytes.</returns>
    public static int WriteSample(Span<byte> destination, ushort sequence, uint timeUs, ReadOnlySpan<long> values)
    {
        if (values.Length is 0 or > MaxValues)
        {
            throw new ArgumentOutOfRangeException(nameof(values), $"1 to {MaxValues} values");
        }
        "$S,"u8.CopyTo(destination);
        var at = 3;
        Append(destination, ref at, sequence);
        destination[at++] = Separator;
        Append(destination, ref at, timeUs);
        foreach (var value in values)
        {
            destination[at++] = Separator;
            Append(destination, ref at, value);
        }
        return Finish(destination, at);
    }

    /// <summary>Writes a pulse.</summary>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="timeUs">When its rising edge was seen, us of the device's clock.</param>
    /// <returns>The line's bytes.</returns>
    public static int WritePulse(Span<byte> destination, uint timeUs)
    {
        "$P,"u8.CopyTo(destination);
        var at = 3;
        Append(destination, ref at, timeUs);
        return Finish(destination, at);
    }

    /// <summary>Writes a hello.</summary>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <param name="device">The device's id: up to 32 letters, digits, '-', '_' and '.'.</param>
    /// <param name="what">What it is, the same.</param>
    /// <param name="bits">The width of its counters.</param>
    /// <returns>The line's bytes.</returns>
    public static int WriteHello(Span<byte> destination, string device, string what, int bits)
    {
        "$H,"u8.CopyTo(destination);
        var at = 3;
        foreach (var word in (ReadOnlySpan<string>)[device, what])
        {
            foreach (var letter in word.Length is > 0 and <= 32 ? word : throw new ArgumentException($"'{word}': 1 to 32 characters", nameof(device)))
            {
                destination[at++] = IsWord((byte)letter) && letter < 128 ? (byte)letter : throw new ArgumentException($"'{word}': letters, digits, '-', '_' and '.'", nameof(device));
            }
            destination[at++] = Separator;
        }
        Append(destination, ref at, bits);
        return Finish(destination, at);
    }

    private static int Finish(Span<byte> destination, int at)
    {
        var crc = Crc16(destination[1..at]);
        destination[at++] = ChecksumMark;
        Utf8Formatter.TryFormat(crc, destination[at..], out _, new System.Buffers.StandardFormat('X', ChecksumDigits));
        at += ChecksumDigits;
        destination[at++] = (byte)'\n';
        return at;
    }

    private static void Append(Span<byte> destination, ref int at, long value)
    {
        Utf8Formatter.TryFormat(value, destination[at..], out var digits);
        at += digits;
    }

    // Between '$' and the line feed.
    private static bool TryReadLine(ReadOnlySpan<byte> text, out SensorLine line)
    {
        line = default;
        if (text.Length > 0 && text[^1] == '\r')
        {
            text = text[..^1];
        }
        var mark = text.Length - ChecksumDigits - 1;
        if (mark < 1 || text[mark] != ChecksumMark || !Utf8Parser.TryParse(text[(mark + 1)..], out ushort crc, out var used, 'X') || used != ChecksumDigits || crc != Crc16(text[..mark]))
        {
            return false;
        }
        var fields = text[..mark];
        var kind = Field(ref fields);
        if (kind.SequenceEqual("S"u8))
        {
            return TryReadSample(fields, out line);
        }
        if (kind.SequenceEqual("P"u8))
        {
            var sound = TryReadNumber(ref fields, 0, uint.MaxValue, out var time) && fields.IsEmpty;
            line = new SensorLine((uint)time);
            return sound;
        }
        if (kind.SequenceEqual("H"u8))
        {
            return TryReadHello(fields, out line);
        }
        line = new SensorLine(SensorLineKind.Other);
        return true;
    }

    private static bool TryReadSample(ReadOnlySpan<byte> fields, out SensorLine line)
    {
        line = default;
        var values = new SensorValues();
        var count = 0;
        if (!TryReadNumber(ref fields, 0, ushort.MaxValue, out var sequence) || !TryReadNumber(ref fields, 0, uint.MaxValue, out var time))
        {
            return false;
        }
        while (!fields.IsEmpty)
        {
            if (count == MaxValues || !TryReadNumber(ref fields, long.MinValue, long.MaxValue, out values[count++]))
            {
                return false;
            }
        }
        line = new SensorLine((ushort)sequence, (uint)time, values, count);
        return count > 0;
    }

    private static bool TryReadHello(ReadOnlySpan<byte> fields, out SensorLine line)
    {
        var device = Field(ref fields);
        var what = Field(ref fields);
        var sound = TryReadNumber(ref fields, 1, 64, out var bits) && fields.IsEmpty && !device.IsEmpty && !what.IsEmpty;
        line = new SensorLine(device, what, (int)bits);
        return sound;
    }

    private static ReadOnlySpan<byte> Field(scoped ref ReadOnlySpan<byte> fields)
    {
        var end = fields.IndexOf(Separator);
        var field = end < 0 ? fields : fields[..end];
        fields = end < 0 ? [] : fields[(end + 1)..];
        return field;
    }

    private static bool TryReadNumber(scoped ref ReadOnlySpan<byte> fields, long least, long most, out long value)
    {
        var field = Field(ref fields);
        return Utf8Parser.TryParse(field, out value, out var used) && used == field.Length && value >= least && value <= most;
    }

    private static bool IsWord(byte letter) => char.IsAsciiLetterOrDigit((char)letter) || letter is (byte)'-' or (byte)'_' or (byte)'.';

    // CRC-16 with polynomial 0x1021 and start 0xFFFF, as in ITU-T X.25's generator without its reflection: a loop of eight shifts on any microcontroller.
    private static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFF;
        foreach (var value in bytes)
        {
            crc ^= value << 8;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
            }
        }
        return (ushort)crc;
    }
}
