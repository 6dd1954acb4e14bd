using Xunit;

namespace LoopRig.Core.Tests.Formats;

public class SensorBlockTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(6, 10)]
    [InlineData(16, 64)]
    public void Read_WhatWasWritten_GivesItBack(int values, int samples)
    {
        var random = new Random(values);
        var times = Enumerable.Range(0, samples).Select(i => uint.MaxValue - 5 + (uint)i).ToArray();
        var numbers = Enumerable.Range(0, samples * values).Select(_ => (short)random.Next(short.MinValue, short.MaxValue + 1)).ToArray();
        var bytes = new byte[SensorBlock.MaxLength];
        var length = SensorBlock.Write(bytes, 65535, times, numbers);

        Assert.Equal(ParseOutcome.Message, SensorBlock.TryRead(bytes, out var block, out var read));
        Assert.Equal((length, values, samples, (ushort)65535), (read, block.Values, block.Samples, block.Sequence));
        for (var i = 0; i < samples; i++)
        {
            Assert.Equal(times[i], block.TimeUs(i));
            for (var k = 0; k < values; k++)
            {
                Assert.Equal(numbers[i * values + k], block[i, k]);
            }
        }
    }

    [Fact]
    public void Read_EveryBeginning_IsIncomplete()
    {
        var bytes = new byte[SensorBlock.MaxLength];
        var length = SensorBlock.Write(bytes, 1, [1, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);

        for (var i = 0; i < length; i++)
        {
            Assert.Equal(ParseOutcome.Incomplete, SensorBlock.TryRead(bytes.AsSpan(0, i), out _, out _));
        }
    }

    [Fact]
    public void Read_AnyBitTurned_IsNoMessage()
    {
        var bytes = new byte[SensorBlock.MaxLength];
        var length = SensorBlock.Write(bytes, 1, [1, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);

        for (var bit = 0; bit < 8 * length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(ParseOutcome.Message, SensorBlock.TryRead(bytes.AsSpan(0, length), out _, out _));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Read_RandomBytes_NeverThrowsNorTakesMoreThanThereAre()
    {
        var random = new Random(7);
        var bytes = new byte[300];
        for (var round = 0; round < 20_000; round++)
        {
            random.NextBytes(bytes);
            bytes[0] = SensorBlock.Start;
            if (round % 2 == 0)
            {
                (bytes[1], bytes[2]) = (0x5A, 1);
            }
            var part = bytes.AsSpan(0, random.Next(bytes.Length));
            var outcome = SensorBlock.TryRead(part, out _, out var length);
            Assert.NotEqual(ParseOutcome.Message, outcome);
            Assert.InRange(length, 1, Math.Max(1, part.Length));
        }
    }

    [Fact]
    public void Write_NoBlock_Throws()
    {
        var bytes = new byte[SensorBlock.MaxLength];
        Assert.Throws<ArgumentException>(() => SensorBlock.Write(bytes, 0, [], []));
        Assert.Throws<ArgumentException>(() => SensorBlock.Write(bytes, 0, [1, 2], [1, 2, 3]));
        Assert.Throws<ArgumentException>(() => SensorBlock.Write(bytes, 0, [1], new short[17]));
        Assert.Throws<ArgumentException>(() => SensorBlock.Write(bytes, 0, new uint[65], new short[65]));
    }
}
