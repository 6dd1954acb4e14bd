using System.Text;
using Xunit;

namespace LoopRig.Core.Tests.Formats;

public sealed class SensorLineTests
{
    [Fact]
    public void TryRead_WrittenSample_GivesItBack()
    {
        var bytes = new byte[SensorLine.MaxLength];
        var written = SensorLine.WriteSample(bytes, 65535, uint.MaxValue, [-2147483648, 0, 4294967295]);
        Assert.Equal(ParseOutcome.Message, SensorLine.TryRead(bytes.AsSpan(0, written), out var line, out var length));
        Assert.Equal((SensorLineKind.Sample, 65535, uint.MaxValue, 3, written), (line.Kind, line.Sequence, line.TimeUs, line.Count, length));
        Assert.Equal([-2147483648, 0, 4294967295], new[] { line[0], line[1], line[2] });
    }

    [Fact]
    public void TryRead_WrittenHello_GivesItBack()
    {
        var bytes = new byte[SensorLine.MaxLength];
        var written = SensorLine.WriteHello(bytes, "treadmill-7", "encoder", 16);
        Assert.Equal(ParseOutcome.Message, SensorLine.TryRead(bytes.AsSpan(0, written), out var line, out var length));
        Assert.Equal(("treadmill-7", "encoder", 16, written), (Encoding.ASCII.GetString(line.Device), Encoding.ASCII.GetString(line.What), line.Bits, length));
    }

    // Lines as docs/serial-protocol.md gives them, their checksums by Python's binascii.crc_hqx(text, 0xFFFF).
    [Theory]
    [InlineData("$S,17,1234567,-42*EBE9\n", SensorLineKind.Sample)]
    [InlineData("$S,17,1234567,-42*EBE9\r\n", SensorLineKind.Sample)]
    [InlineData("$P,1234321*E6FE\n", SensorLineKind.Pulse)]
    [InlineData("$H,treadmill-7,encoder,32*04AE\n", SensorLineKind.Hello)]
    public void TryRead_DocumentedLine_IsOne(string text, SensorLineKind kind)
    {
        Assert.Equal(ParseOutcome.Message, SensorLine.TryRead(Encoding.ASCII.GetBytes(text), out var line, out var length));
        Assert.Equal((kind, text.Length), (line.Kind, length));
    }

    [Fact]
    public void TryRead_AnyDamagedByte_IsNeverTheLine()
    {
        var bytes = new byte[SensorLine.MaxLength];
        var written = SensorLine.WriteSample(bytes, 1, 2000, [345]);
        for (var at = 0; at < written; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var damaged = bytes.AsSpan(0, written).ToArray();
                damaged[at] ^= (byte)(1 << bit);
                // The one harmless case: the checksum's letters in the other case.
                var same = at >= written - 5 && at < written - 1 && bit == 5 && char.IsAsciiLetter((char)bytes[at]);
                Assert.Equal(same, SensorLine.TryRead(damaged, out _, out _) == ParseOutcome.Message);
            }
        }
    }

    [Fact]
    public void TryRead_GarbageBetweenLines_LosesOnlyTheDamagedOnes()
    {
        var random = new Random(3);
        var stream = new List<byte>();
        var sound = new List<int>();
        var bytes = new byte[SensorLine.MaxLength];
        for (var i = 0; i < 5000; i++)
        {
            var line = bytes.AsSpan(0, SensorLine.WriteSample(bytes, (ushort)i, (uint)i * 1000, [i, -i])).ToArray();
            switch (random.Next(6))
            {
                case 0: // some bits turned, or its end lost
                    line[random.Next(1, line.Length)] ^= (byte)(1 << random.Next(5));
                    break;
                case 1:
                    line = line[..random.Next(1, line.Length)];
                    break;
                case 2: // noise before a sound line; a '$' in it costs nothing
                    var noise = new byte[random.Next(1, 400)];
                    random.NextBytes(noise);
                    stream.AddRange(noise);
                    sound.Add(i);
                    break;
                default:
                    sound.Add(i);
                    break;
            }
            stream.AddRange(line);
        }
        Assert.Equal(sound, ReadAll(stream.ToArray()));
    }

    [Fact]
    public void TryRead_Anything_NeitherThrowsNorStandsStill()
    {
        var random = new Random(5);
        for (var round = 0; round < 20000; round++)
        {
            var bytes = new byte[random.Next(0, 600)];
            var letters = "$SH,*0123456789ABCDEF-\r\n"u8;
            for (var i = 0; i < bytes.Length; i++)
            {
                bytes[i] = round % 2 == 0 ? (byte)random.Next(256) : letters[random.Next(letters.Length)];
            }
            var rest = bytes.AsSpan();
            while (!rest.IsEmpty)
            {
                var outcome = SensorLine.TryRead(rest, out _, out var length);
                if (outcome == ParseOutcome.Incomplete)
                {
                    Assert.True(rest.Length < SensorLine.MaxLength);
                    break;
                }
                Assert.InRange(length, 1, Math.Min(rest.Length, SensorLine.MaxLength));
                rest = rest[length..];
            }
        }
    }

    private static List<int> ReadAll(ReadOnlySpan<byte> bytes)
    {
        var found = new List<int>();
        while (!bytes.IsEmpty)
        {
            var outcome = SensorLine.TryRead(bytes, out var line, out var length);
            if (outcome == ParseOutcome.Incomplete)
            {
                break;
            }
            if (outcome == ParseOutcome.Message)
            {
                Assert.Equal(-line[0], line[1]);
                found.Add((int)line[0]);
            }
            bytes = bytes[length..];
        }
        return found;
    }
}
