using LoopRig.Stimulus.Displays;
using LoopRig.Stimulus.Live;
using Xunit;

namespace LoopRig.Stimulus.Tests;

public class FlipWatchTests
{
    private const long Period = 16_666_667;

    [Fact]
    public void Take_FlipsOnTime_FindsNothingWrong()
    {
        var watch = Watch(Enumerable.Range(0, 200).Select(i => (long)i), i => i);
        Assert.Equal((0L, 0L), (watch.MissedByInterval, watch.MissedByCounter!.Value));
        Assert.Empty(watch.Faults(DisplayClock.Vsync, software: false));
    }

    [Fact]
    public void Take_MissedRefreshes_AreCountedByBothSources()
    {
        // Flips at every refresh but the 50th, and the 100th to 102nd.
        var watch = Watch(Enumerable.Range(0, 200).Where(i => i is not (50 or 100 or 101 or 102)).Select(i => (long)i), i => i);
        Assert.Equal((4L, 4L), (watch.MissedByInterval, watch.MissedByCounter!.Value));
        Assert.Contains(watch.Faults(DisplayClock.Vsync, software: false), f => f.Contains("4 refreshes", StringComparison.Ordinal));
    }

    [Fact]
    public void Take_CounterThatSeesMore_IsReported()
    {
        // Stamped at once, though the screen showed the flip a refresh late: only the counter knows.
        var watch = Watch(Enumerable.Range(0, 200).Select(i => (long)i), i => i + (i >= 120 ? 1 : 0));
        Assert.Equal((0L, 1L), (watch.MissedByInterval, watch.MissedByCounter!.Value));
        Assert.Contains(watch.Faults(DisplayClock.Vsync, software: false), f => f.Contains("counts 1", StringComparison.Ordinal));
    }

    [Fact]
    public void Faults_WithoutACounter_SaySo()
    {
        var watch = Watch(Enumerable.Range(0, 200).Select(i => (long)i), _ => -1);
        Assert.Null(watch.MissedByCounter);
        Assert.Contains("one source only", watch.Remark);
        Assert.Empty(watch.Faults(DisplayClock.Vsync, software: false));
    }

    [Theory]
    [InlineData(0.2, "vsync is off")]
    [InlineData(0.8, "vsync is off")]
    [InlineData(1.2, "another monitor")]
    public void Faults_AnotherRate_NamesTheCause(double factor, string cause)
    {
        var watch = new FlipWatch(60);
        for (var i = 0; i < 200; i++)
        {
            watch.Take(new FlipStamp(0, (long)(i * factor * Period), i, StampSource.Refresh));
        }
        Assert.Contains(watch.Faults(DisplayClock.Vsync, software: false), f => f.Contains(cause, StringComparison.Ordinal));
    }

    [Fact]
    public void Faults_PacedBySoftware_AreUnverified()
    {
        var faults = Watch(Enumerable.Range(0, 200).Select(i => (long)i), _ => -1).Faults(DisplayClock.Paced, software: true);
        Assert.Contains(faults, f => f.Contains("timing unverified", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.Contains("processor draws", StringComparison.Ordinal));
    }

    private static FlipWatch Watch(IEnumerable<long> refreshes, Func<long, long> counter)
    {
        var watch = new FlipWatch(60);
        foreach (var refresh in refreshes)
        {
            watch.Take(new FlipStamp(0, refresh * Period, counter(refresh), StampSource.Refresh));
        }
        return watch;
    }
}
