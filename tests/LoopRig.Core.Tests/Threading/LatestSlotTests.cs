using Xunit;

namespace LoopRig.Core.Tests.Threading;

public sealed class LatestSlotTests
{
    [Fact]
    public void TryRead_AfterSeveralValues_GivesTheNewestOnceAndCountsTheRest()
    {
        var slot = new LatestSlot<long[]>(() => new long[1]);
        Assert.False(slot.TryRead(out _));
        for (var i = 1; i <= 5; i++)
        {
            slot.Writing[0] = i;
            slot.Publish();
        }
        Assert.True(slot.TryRead(out var value));
        Assert.Equal((5L, 4L), (value[0], slot.Replaced));
        Assert.False(slot.TryRead(out value));
        Assert.Equal(5, value[0]);
    }

    [Fact]
    public void Slot_BetweenTwoThreads_NeverShowsAHalfWrittenOrOlderValue()
    {
        const int Values = 200_000;
        var slot = new LatestSlot<long[]>(() => new long[32]);
        var torn = 0;
        var reads = 0;
        var reader = new Thread(() =>
        {
            for (long last = 0; last < Values;)
            {
                if (!slot.TryRead(out var value)) continue;
                reads++;
                if (value[0] <= last || Array.Exists(value, v => v != value[0])) torn++;
                last = value[0];
            }
        });
        reader.Start();
        for (long i = 1; i <= Values; i++)
        {
            Array.Fill(slot.Writing, i);
            slot.Publish();
        }
        reader.Join();
        Assert.Equal((0, (long)Values), (torn, reads + slot.Replaced));
    }
}
