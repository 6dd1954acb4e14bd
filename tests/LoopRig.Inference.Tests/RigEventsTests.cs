namespace LoopRig.Inference.Tests;

public sealed class RigEventsTests
{
    [Fact]
    public void TryTake_MoreEventsThanAreKept_GivesTheOldestAndSaysHowManyAreMissing()
    {
        var events = new RigEvents();
        for (var i = 0; i < 1100; i++)
        {
            events.Post("test", $"event {i}");
        }
        var taken = new List<RigEvent>();
        while (events.TryTake(out var happened))
        {
            taken.Add(happened);
        }
        Assert.Equal(1100, events.Count);
        Assert.Equal("event 0", taken[0].Text);
        Assert.Equal("events_lost", taken[^1].Kind);
        Assert.Equal($"{1100 - (taken.Count - 1)} events came faster than they could be recorded", taken[^1].Text);
        Assert.True(taken.Count < 1100);
        Assert.False(events.TryTake(out _));
    }
}
