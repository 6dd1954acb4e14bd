using Xunit;

namespace LoopRig.Core.Tests.Threading;

public sealed class SlotRingTests
{
    [Fact]
    public void TryClaim_WhenTheRingIsFull_DropsTheNewestAndCounts()
    {
        var ring = new SlotRing(3, 16);
        Assert.Equal(4, ring.Capacity);
        for (var i = 0; i < 6; i++)
        {
            if (!ring.TryClaim(out var slot)) continue;
            slot[0] = (byte)i;
            ring.Publish(new SlotInfo { Length = 1, Stream = i });
        }
        Assert.Equal((4, 2L), (ring.Count, ring.Dropped));
        for (var i = 0; i < 4; i++)
        {
            Assert.True(ring.TryPeek(out var info, out var payload));
            Assert.Equal((i, 1, i), (payload[0], payload.Length, info.Stream));
            ring.Advance();
        }
        Assert.False(ring.TryPeek(out _, out _));
    }

    [Fact]
    public void Ring_BetweenTwoThreads_KeepsEveryItemWholeAndInOrder()
    {
        const int Items = 200_000;
        var ring = new SlotRing(64, 16);
        long wrong = 0, taken = 0;
        var consumer = new Thread(() =>
        {
            for (var spin = new SpinWait(); Volatile.Read(ref taken) < Items;)
            {
                if (!ring.TryPeek(out var info, out var payload))
                {
                    spin.SpinOnce();
                    continue;
                }
                if (info.ReceivedNs != taken || BitConverter.ToInt64(payload) != taken || BitConverter.ToInt64(payload[8..]) != ~taken) wrong++;
                ring.Advance();
                Volatile.Write(ref taken, taken + 1);
            }
        });
        consumer.Start();
        var wait = new SpinWait();
        for (long i = 0; i < Items;)
        {
            if (!ring.TryClaim(out var slot))
            {
                wait.SpinOnce();
                continue;
            }
            BitConverter.TryWriteBytes(slot, i);
            BitConverter.TryWriteBytes(slot[8..], ~i);
            ring.Publish(new SlotInfo { Length = 16, ReceivedNs = i });
            i++;
        }
        consumer.Join();
        Assert.Equal((0L, (long)Items), (wrong, taken));
    }

    [Fact]
    public void Ring_TenThousandTurns_AllocatesNothing()
    {
        var ring = new SlotRing(4, 64);
        void Tick()
        {
            ring.TryClaim(out var slot);
            slot[0] = 1;
            ring.Publish(new SlotInfo { Length = 1 });
            ring.TryPeek(out _, out _);
            ring.Advance();
        }
        Tick();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            Tick();
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
