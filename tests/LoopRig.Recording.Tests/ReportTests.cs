using LoopRig.Core;
using Xunit;
using static LoopRig.Recording.Tests.Messages;

namespace LoopRig.Recording.Tests;

public sealed class ReportTests
{
    private static void Record(string folder)
    {
        using var writer = new SessionWriter(folder, new SessionInfo { Subject = new Subject { Id = "m42" }, PredictionStream = "prediction", InputStreams = ["cam"] });
        var start = writer.Info.StartedNs;
        for (var i = 0; i < 101; i++)
        {
            // 100 Hz, but message 50 is lost on its way: a gap of 20 ms.
            if (i != 50) writer.Write(Frame("cam", (ulong)i, start + i * 10 * Ms), start + i * 10 * Ms);
        }
        for (var i = 0; i < 20; i++)
        {
            var flags = (i == 3 ? BinFlags.Fallback | BinFlags.DeadlineMissed : BinFlags.None) | BinFlags.Stepped;
            writer.WriteBin(new BinRecord { Index = i, ClosedNs = start, SentNs = start + (i + 1) * Ms, Flags = flags }, [default], start + i * 48 * Ms);
            writer.Write(Frame("prediction", (ulong)i, start + i * 48 * Ms, kind: MessageKind.Prediction), start + i * 48 * Ms);
        }
        writer.WriteDrop(WireFormat.Topic("cam"), new DropRecord(DropEdge.Wire, 7, 9, 3), start);
        writer.WriteEvent(SessionEvent.Fault("wheel", "unplugged"), start);
        writer.Close();
    }

    [Fact]
    public void Report_FaultsOfStreams_AreCountedOnceEach()
    {
        using var temporary = new TemporaryFolder();
        using (var writer = new SessionWriter(temporary.Session, new SessionInfo()))
        {
            writer.WriteEvent("""{"kind":"fault_detected","stream":"cam","fault":"freeze"}"""u8, 1);
            writer.WriteEvent("""{"kind":"fault_over","stream":"cam","fault":"freeze"}"""u8, 2);
            writer.WriteEvent("""{"kind":"fault_over","stream":"cam","fault":"gap"}"""u8, 3); // over as soon as it was seen
            writer.Close();
        }
        using var reader = new SessionReader(temporary.Session);
        Assert.Equal(2, SessionReport.Of(reader, TestContext.Current.CancellationToken).Totals.Faults);
    }

    [Fact]
    public void Report_CountsStreamsBinsAndLatency()
    {
        using var temporary = new TemporaryFolder();
        Record(temporary.Session);
        using var reader = new SessionReader(temporary.Session);
        var report = SessionReport.Of(reader, TestContext.Current.CancellationToken);
        var camera = report.Totals.Streams.Single(s => s.Name == "cam");
        Assert.Equal((100L, 1L, 20 * Ms, 3L), (camera.Messages, camera.MissingBySequence, camera.LargestGapNs, camera.Dropped));
        Assert.Equal(99, camera.RateHz, 6);
        Assert.Equal((20L, 1L, 1L, 20L, 1L), (report.Totals.Bins, report.Totals.Fallbacks, report.Totals.DeadlineMisses, report.Totals.Predictions, report.Totals.Faults));
        Assert.Equal(20_000, report.Latency.Max);
        Assert.InRange(report.Latency.P50, 10_000, 10_200);
        Assert.Equal(("fault", "unplugged"), (Assert.Single(report.Events).Kind, System.Text.Json.JsonDocument.Parse(report.Events[0].Json).RootElement.GetProperty("message").GetString()));
    }

    [Fact]
    public void Report_SourceThatCameBackTwice_HasThreeEpochs()
    {
        using var temporary = new TemporaryFolder();
        using (var writer = new SessionWriter(temporary.Session, new SessionInfo { InputStreams = ["imu"] }))
        {
            for (var i = 0; i < 90; i++)
            {
                var time = i * 10 * Ms + i / 30 * RigClock.SecondNs;
                writer.Write(Pack("imu", FrameHeader.Samples(DType.U8, [1], time) with { Sequence = (ulong)i, HostTimeNs = time, Epoch = (uint)(i / 30) }, [7]), time);
            }
            writer.Close();
        }
        using var reader = new SessionReader(temporary.Session);
        var imu = Assert.Single(SessionReport.Of(reader, TestContext.Current.CancellationToken).Totals.Streams);
        Assert.Equal((90L, 3L, 2L), (imu.Messages, imu.Epochs, imu.Gaps));
    }

    [Fact]
    public void List_SaysWhatEachSessionIs()
    {
        using var temporary = new TemporaryFolder();
        Record(SessionFolder.NameNew(temporary.Path, "m 42/x", new DateTime(2026, 4, 1, 15, 30, 12, DateTimeKind.Utc)));
        Directory.CreateDirectory(Path.Combine(temporary.Path, "no session"));
        var session = Assert.Single(SessionCatalogue.List(temporary.Path, stop: TestContext.Current.CancellationToken));
        Assert.Equal("20260401-153012_m_42_x", Path.GetFileName(session.Folder));
        Assert.Equal((SessionState.Closed, "m42", 2, 20L), (session.State, session.Subject, session.Streams, session.Predictions));
        Assert.Null(session.Problem);
        Assert.True(session.DurationNs > 0);
    }

    [Fact]
    public void List_OfAFolderThatIsNot_NamesIt()
        => Assert.Contains("/nowhere", Assert.Throws<RecordingException>(() => SessionCatalogue.List("/nowhere", stop: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
}
