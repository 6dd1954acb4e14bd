using LoopRig.Core.Stimuli;
using Xunit;

namespace LoopRig.Core.Tests.Stimuli;

public class FlipCodeTests
{
    [Fact]
    public void MarkOf_PublishedFixture_IsBlockTwo()
    {
        for (var n = 64; n < 96; n++)
        {
            var expected = n % 2 == 0 ? FlipMark.Black : n == 67 ? FlipMark.Gray : FlipMark.White;
            Assert.Equal(expected, FlipCode.MarkOf(n));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(0xA5C3)]
    [InlineData(0xFFFF)]
    public void MarkOf_Block_SpellsItsNumber(int number)
    {
        var read = 0;
        for (var bit = 0; bit < 16; bit++)
        {
            Assert.Equal(FlipMark.Black, FlipCode.MarkOf(32L * number + 2 * bit));
            read |= FlipCode.MarkOf(32L * number + 2 * bit + 1) == FlipMark.Gray ? 1 << bit : 0;
        }
        Assert.Equal(number, read);
        Assert.Equal(FlipCode.MarkOf(32L * number + 3), FlipCode.MarkOf(FlipCode.Period + 32L * number + 3));
    }
}
