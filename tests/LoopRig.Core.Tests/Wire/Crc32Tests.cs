using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace LoopRig.Core.Tests.Wire;

public sealed class Crc32Tests
{
    // Values of Python's zlib.crc32.
    [Theory]
    [InlineData("", 0x00000000u)]
    [InlineData("a", 0xE8B7BE43u)]
    [InlineData("123456789", 0xCBF43926u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x414FA339u)]
    public void Compute_OfKnownText_IsZlibsValue(string text, uint expected) => Assert.Equal(expected, Crc32.Compute(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Compute_OfAllByteValues_IsZlibsValue() => Assert.Equal(0x29058C73u, Crc32.Compute([.. Enumerable.Range(0, 256).Select(i => (byte)i)]));

    [Fact]
    public void Append_OfAnySplit_IsTheWholesValue()
        => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<NonNegativeInt>(), (data, cut) =>
        {
            var at = data.Length == 0 ? 0 : cut.Get % data.Length;
            return Crc32.Append(Crc32.Compute(data.AsSpan(0, at)), data.AsSpan(at)) == Crc32.Compute(data);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Compute_OfEveryLengthUpToHundred_IsTheBitwiseDefinition()
    {
        var data = new byte[100];
        new Random(1).NextBytes(data);
        for (var length = 0; length <= data.Length; length++)
        {
            Assert.Equal(Bitwise(data.AsSpan(0, length)), Crc32.Compute(data.AsSpan(0, length)));
        }
    }

    private static uint Bitwise(ReadOnlySpan<byte> data)
    {
        var crc = ~0u;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB8_8320);
            }
        }
        return ~crc;
    }
}
