using LoopRig.Core;
using LoopRig.Native.Wire;
using LoopRig.Native.Zmq;
using Xunit;

namespace LoopRig.Recording.Tests;

public sealed class SessionClocksTests
{
    private static readonly StreamDescriptor[] s_streams =
    [
        new() { Name = "camera", Kind = StreamKind.Vector, DType = DType.F32, Shape = [1], Channels = ["sync"], RateHz = 100, Clock = "camera", ClockId = ClockId.Of("camera").Value, LatencyNs = 3_000_000 },
        new() { Name = "derived", Kind = StreamKind.Vector, DType = DType.F32, Shape = [1], RateHz = 100, Clock = "camera", ClockId = ClockId.Of("camera").Value },
        new() { Name = "plain", Kind = StreamKind.Vector, DType = DType.F32, Shape = [1], Channels = ["sync"], RateHz = 100 },
    ];

    [Fact]
    public void Take_OfARecordedSession_GivesTheNumbersThatWereSavedWhileItRan()
    {
        using var folder = new TemporaryFolder();
        var live = new BinAligner(BinSpec.Default, s_streams, [true, true, true], "plain");
        var seen = new List<ClockFit>();
        var session = Path.Combine(folder.Path, "session");
        Record(session, live, seen);

        using var reader = new SessionReader(session);
        var saved = reader.Index.Events.Where(e => e.Kind == SessionEvent.ClockKind).Select(e => SessionEvent.ClockOf(System.Text.Encoding.UTF8.GetBytes(e.Json))!).ToArray();
        var again = new SessionClocks(reader.Info.SyncReference);
        var recomputed = new List<ClockEntry>();
        using var cursor = reader.OpenCursor();
        while (cursor.Read())
        {
            if (cursor.TryMessage(out var header, out var payload) && again.Take(cursor.Topic, header, payload) is { } clock) recomputed.Add(ClockEntry.Of(clock));
        }
        Assert.Equal(saved, recomputed);                       // bit for bit, at each saved second
        Assert.InRange(saved.Length, 40, 45);
        Assert.Equal((1L, true), (saved[^1].Resets, saved[^1].BySync));
        Assert.InRange(saved[^1].Sync!.Matched, 10, 60);
        Assert.Equal(saved[^1], Assert.Single(reader.Info.Clocks));
        Assert.Equal(seen.Select(f => (f.FittedNs, f.OffsetNs, f.DriftPpm, f.UncertaintyNs)), saved.Select(e => (e.FittedNs, e.OffsetNs, e.DriftPpm, e.UncertaintyNs))); // and the loop's own
        var quality = Assert.Single(SessionReport.Of(reader, TestContext.Current.CancellationToken).Clocks);
        Assert.Equal((saved.Length, "camera"), (quality.Entries, quality.Last.Name));
        Assert.InRange(quality.MedianUncertaintyNs, 1, 5e6);
    }

    // Forty seconds of simulated time through real sockets: the host times are given, so that nothing waits.
    private static void Record(string folder, BinAligner live, List<ClockFit> seen)
    {
        using var context = new ZmqContext();
        using var recorder = new SessionRecorder(new SessionWriter(folder, new SessionInfo { InputStreams = [.. s_streams.Select(s => s.Name)], SyncReference = "plain" }));
        var endpoint = recorder.Listen(context, "tcp://127.0.0.1:*");
        recorder.Start();
        using (var publisher = new StreamPublisher(context, s_streams, new StreamPublisherOptions { Endpoint = "tcp://127.0.0.1:*", RecorderEndpoint = endpoint }))
        {
            var random = new Random(1);
            var value = new byte[4];
            long pulseNs = 0;
            long host = 0;
            for (var i = 0; i < 4000; i++)
            {
                var trueNs = i * 10_000_000L + 100 * RigClock.SecondNs;
                var device = (long)(trueNs * (1 - 50e-6)) - (i >= 2500 ? 110 * RigClock.SecondNs : 0);
                pulseNs = trueNs > pulseNs + 50_000_000 ? trueNs + (long)((0.2 + random.NextDouble()) * RigClock.SecondNs) : pulseNs;
                System.Buffers.Binary.BinaryPrimitives.WriteSingleLittleEndian(value, trueNs >= pulseNs ? 1 : 0); // one line, seen by camera and host
                for (var s = 0; s < s_streams.Length; s++) // 12 ms of the delay are declared nowhere: the pulses find them
                {
                    host = Math.Max(host + 1000, trueNs + 15_000_000 + (long)(-Math.Log(1 - random.NextDouble()) * 2e6));
                    var header = FrameHeader.Samples(DType.F32, [1], s == 2 ? trueNs : device) with { HostTimeNs = host };
                    publisher.Publish(s, header, value);
                    Assert.Equal(WireError.None, WireFormat.TryReadHeader(publisher.LastHeader, out var sent));
                    Assert.Equal(s_streams[s].ClockId, sent.Clock.Value);
                    live.Add(s, sent, value);
                    if (s < 2 && (seen.Count == 0 || live.Clocks.Devices[0].Fit is var fit && (fit.FittedNs != seen[^1].FittedNs || fit.Resets != seen[^1].Resets))) seen.Add(live.Clocks.Devices[0].Fit);
                }
            }
        }
        recorder.Stop();
    }
}
