using Xunit;

namespace LoopRig.Core.Tests.Formats;

public sealed class HarpMessageTests
{
    [Fact]
    public void TryRead_TimestampedEventOfAByte_IsThirteenBytes()
    {
        // 2 s and 5 ticks: 2.00016 s.
        byte[] bytes = [3, 11, 32, 255, 0x11, 2, 0, 0, 0, 5, 0, 7, 0];
        bytes[^1] = (byte)bytes.Sum(b => b);
        Assert.Equal(ParseOutcome.Message, HarpMessage.TryRead(bytes, out var message, out var length));
        Assert.Equal((HarpKind.Event, false, 32, 2_000_160_000L, 13), (message.Kind, message.IsError, message.Address, message.TimeNs, length));
        Assert.Equal((1, 7.0), (message.Count, message[0]));
        Span<byte> written = stackalloc byte[32];
        Assert.Equal(bytes, written[..HarpMessage.Write(written, HarpKind.Event, 32, HarpPayload.U8 | HarpPayload.Timed, 2_000_160_000, [7])]);
    }

    [Fact]
    public void TryRead_RecordedEncoder_ReadsAll2000()
    {
        var messages = ReadAll(Recorded("aeon/Patch2_90_2022-06-13T12-00-00.bin"), out var garbage);
        Assert.Equal((2000, 0), (messages.Count, garbage));
        Assert.All(messages, m => Assert.Equal((HarpKind.Event, 90, 2), (m.Kind, m.Address, m.Values.Length)));
        Assert.Equal([13636.0, 928], messages[0].Values); // a magnetic encoder of 14 bits, and its field
        for (var i = 1; i < messages.Count; i++)
        {
            Assert.True(messages[i].TimeNs > messages[i - 1].TimeNs);
        }
        Assert.Equal(500, 1999 * 1e9 / (messages[^1].TimeNs - messages[0].TimeNs), 1.0);
    }

    [Theory]
    [InlineData("harp-python/device_0.bin", 1, 0, new double[] { 0 })]
    [InlineData("harp-python/device_44.bin", 1, 44, new double[] { 1, 0, 2 })]
    [InlineData("harp-python/write_0.bin", 4, 0, new double[] { 34 })]
    [InlineData("aeon/Patch2_32_2022-06-13T12-00-00.bin", 38, 32, new double[] { 32 })]
    [InlineData("aeon/Patch2_90_2022-06-06T13-00-00.bin", 10, 90, new double[] { 0, 0 })]
    public void TryRead_RecordedRegister_GivesItsMessages(string file, int count, int address, double[] first)
    {
        var bytes = Recorded(file);
        var messages = ReadAll(bytes, out var garbage);
        Assert.Equal((count, 0), (messages.Count, garbage));
        Assert.All(messages, m => Assert.Equal(address, m.Address));
        Assert.Equal(first, messages[0].Values);
    }

    [Fact]
    public void TryRead_RecordedPoses_GivesSingles()
    {
        var messages = ReadAll(Recorded("aeon/CameraTop_202_5899248_2024-02-09T17-00-00.bin"), out var garbage);
        Assert.Equal((10, 0), (messages.Count, garbage));
        Assert.All(messages, m => Assert.Equal((HarpPayload.Single | HarpPayload.Timed, 29), (m.Type, m.Values.Length)));
        Assert.Equal(216.262, messages[0].Values[2], 0.001);
    }

    [Theory]
    [InlineData(HarpPayload.U8, 200.0)]
    [InlineData(HarpPayload.S8, -100.0)]
    [InlineData(HarpPayload.U16, 65535.0)]
    [InlineData(HarpPayload.S16, -32768.0)]
    [InlineData(HarpPayload.U32, 4294967295.0)]
    [InlineData(HarpPayload.S32, -2147483648.0)]
    [InlineData(HarpPayload.U64, 4294967296.0)]
    [InlineData(HarpPayload.S64, -4294967296.0)]
    [InlineData(HarpPayload.Single, 0.15625)]
    public void Write_EveryPayloadType_ReadsBack(HarpPayload type, double value)
    {
        var size = (int)type & 15;
        var number = type == HarpPayload.Single ? BitConverter.GetBytes((float)value) : BitConverter.GetBytes((long)value)[..size];
        foreach (var timed in (HarpPayload[])[0, HarpPayload.Timed])
        {
            var bytes = new byte[64];
            var written = HarpMessage.Write(bytes, HarpKind.Write, 40, type | timed, timed == 0 ? 0 : 5_000_032_000, [.. number, .. number]);
            Assert.Equal(ParseOutcome.Message, HarpMessage.TryRead(bytes, out var message, out var length));
            Assert.Equal((written, 2, value, value), (length, message.Count, message[0], message[1]));
            Assert.Equal(timed == 0 ? 0 : 5_000_032_000, message.TimeNs);
            Assert.Equal(timed != 0, message.HasTime);
        }
    }

    [Fact]
    public void Write_LongPayload_TakesTheExtendedLength()
    {
        var payload = Enumerable.Range(0, 1000).Select(i => (byte)i).ToArray();
        var bytes = new byte[1014];
        var written = HarpMessage.Write(bytes, HarpKind.Read, 50, HarpPayload.U8 | HarpPayload.Timed, 1_000_000_000, payload);
        Assert.Equal((1014, (byte)255), (written, bytes[1]));
        Assert.Equal(ParseOutcome.Incomplete, HarpMessage.TryRead(bytes.AsSpan(0, 1013), out _, out _));
        Assert.Equal(ParseOutcome.Message, HarpMessage.TryRead(bytes, out var message, out _));
        Assert.Equal(payload, message.Payload);
    }

    [Fact]
    public void TryRead_ErrorReply_SaysSo()
    {
        var bytes = new byte[16];
        HarpMessage.Write(bytes, (HarpKind)10, 99, HarpPayload.None, 0, []);
        Assert.Equal(ParseOutcome.Message, HarpMessage.TryRead(bytes, out var message, out _));
        Assert.Equal((HarpKind.Write, true, 0), (message.Kind, message.IsError, message.Count));
    }

    [Fact]
    public void TryRead_RecordingWithDamage_LosesOnlyTheDamagedMessages()
    {
        var recorded = Recorded("aeon/Patch2_90_2022-06-13T12-00-00.bin");
        var random = new Random(7);
        var stream = new List<byte>();
        var sound = new List<long>();
        for (var at = 0; at < recorded.Length; at += 16)
        {
            var bytes = recorded[at..(at + 16)];
            HarpMessage.TryRead(bytes, out var message, out _);
            var timeNs = message.TimeNs;
            switch (random.Next(6))
            {
                case 0: // one bit: the sum always tells
                    bytes[random.Next(2, 16)] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes = bytes[..random.Next(1, 16)];
                    break;
                case 2: // bytes that begin no message
                    stream.AddRange(Enumerable.Range(0, random.Next(1, 200)).Select(_ => (byte)random.Next(16, 256)));
                    goto default;
                default:
                    sound.Add(timeNs);
                    break;
            }
            stream.AddRange(bytes);
        }
        var found = ReadAll(stream.ToArray(), out var garbage);
        var known = found.Where(m => m.Address == 90 && m.Values.Length == 2).Select(m => m.TimeNs).ToHashSet();
        // A sum of eight bits takes one in 256 of false beginnings for a message, and that may swallow a sound one.
        Assert.InRange(sound.Count(t => !known.Contains(t)), 0, sound.Count / 200);
        Assert.InRange(found.Count - sound.Count, -5, 5);
        Assert.True(garbage > 5000);
    }

    [Fact]
    public void TryRead_Anything_NeitherThrowsNorStandsStill()
    {
        var random = new Random(11);
        for (var round = 0; round < 50000; round++)
        {
            var bytes = new byte[random.Next(0, 400)];
            random.NextBytes(bytes);
            if (bytes.Length > 4 && round % 2 == 0)
            {
                (bytes[0], bytes[1]) = ((byte)random.Next(1, 4), (byte)(round % 4 == 0 ? 255 : random.Next(20)));
            }
            var rest = bytes.AsSpan();
            while (!rest.IsEmpty)
            {
                var outcome = HarpMessage.TryRead(rest, out var message, out var length);
                if (outcome == ParseOutcome.Incomplete)
                {
                    Assert.True(rest.Length < HarpMessage.MaxLength);
                    break;
                }
                Assert.InRange(length, 1, rest.Length);
                for (var i = 0; outcome == ParseOutcome.Message && i < message.Count; i++)
                {
                    _ = message[i];
                }
                rest = rest[length..];
            }
        }
    }

    private static List<Found> ReadAll(ReadOnlySpan<byte> bytes, out int garbage)
    {
        var found = new List<Found>();
        garbage = 0;
        while (!bytes.IsEmpty)
        {
            var outcome = HarpMessage.TryRead(bytes, out var message, out var length);
            if (outcome == ParseOutcome.Message)
            {
                var values = new double[message.Count];
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = message[i];
                }
                found.Add(new Found(message.Kind, message.Address, message.Type, message.TimeNs, values));
            }
            else
            {
                length = 1; // at the end of a file, what is incomplete stays so
                garbage++;
            }
            bytes = bytes[length..];
        }
        return found;
    }

    private static byte[] Recorded(string name)
    {
        var root = Environment.GetEnvironmentVariable("LOOPRIG_DATA");
        if (string.IsNullOrEmpty(root))
        {
            var at = new DirectoryInfo(AppContext.BaseDirectory);
            while (at is not null && !File.Exists(Path.Combine(at.FullName, "LoopRig.sln")))
            {
                at = at.Parent;
            }
            root = Path.Combine(at?.Parent?.FullName ?? "/", "shared", "data");
        }
        var path = Path.Combine(root, "harp", name);
        Assert.SkipUnless(File.Exists(path), $"{path} is absent (LOOPRIG_DATA chooses the data folder)");
        return File.ReadAllBytes(path);
    }

    private sealed record Found(HarpKind Kind, byte Address, HarpPayload Type, long TimeNs, double[] Values);
}
