using LoopRig.Core;

namespace LoopRig.Inference.Tests;

public sealed class FaultLogTests
{
    private const long Second = RigClock.SecondNs;

    [Fact]
    public void Take_LostAndReturned_AreOneDisconnection()
    {
        var log = new FaultLog();
        log.Take("imu", new SourceReport(SourceReportKind.Lost, 5 * Second, 6 * Second, 0, "unplugged"));
        log.Take("imu", new SourceReport(SourceReportKind.Lost, 7 * Second, 7 * Second, 0, "still"));
        var lasting = Assert.Single(log.Lasting);
        Assert.Equal((FaultKind.Disconnect, 5 * Second, FaultWitness.Source), (lasting.Kind, lasting.StartNs, lasting.By));
        Assert.Empty(log.Over);
        log.Take("imu", new SourceReport(SourceReportKind.Returned, 5 * Second, 9 * Second, 0, "back"));
        var over = Assert.Single(log.All);
        Assert.Equal((5 * Second, 9 * Second, "still; back"), (over.StartNs, over.EndNs, over.Text));
        Assert.Empty(log.Lasting);
    }

    [Fact]
    public void Close_LostForGood_LastsUntilTheEnd()
    {
        var log = new FaultLog();
        log.Take("imu", new SourceReport(SourceReportKind.Lost, 5 * Second, 5 * Second, 0, "unplugged"));
        log.Close(20 * Second);
        var over = Assert.Single(log.All);
        Assert.Equal((5 * Second, 20 * Second), (over.StartNs, over.EndNs));
        Assert.EndsWith("until the end", over.Text);
    }

    [Fact]
    public void Take_GarbageAgainWithinASecond_AddsUp()
    {
        var log = new FaultLog();
        for (var i = 0; i < 5; i++)
        {
            log.Take("wheel", new SourceReport(SourceReportKind.Garbage, i * Second, i * Second + Second / 2, 10, "bytes that are none"));
        }
        log.Take("wheel", new SourceReport(SourceReportKind.Garbage, 60 * Second, 61 * Second, 1, "again"));
        Assert.Equal([(0, 4 * Second + Second / 2, 50L), (60 * Second, 61 * Second, 1L)], log.All.Select(f => (f.StartNs, f.EndNs, f.Count)));
    }

    [Fact]
    public void Take_Injected_IsTheTruthAndNoFault()
    {
        var log = new FaultLog();
        log.Take("eye", new SourceReport(SourceReportKind.Injected, 0, Second, 3, "asked for") { Injected = FaultKind.Freeze });
        Assert.Empty(log.All);
        Assert.Equal(FaultKind.Freeze, Assert.Single(log.Injected).Kind);
    }
}
