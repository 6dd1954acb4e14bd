using System.Runtime.InteropServices;
using LoopRig.Core;
using Xunit;
using static LoopRig.Recording.Tests.Messages;

namespace LoopRig.Recording.Tests;

public sealed class ReplayTests
{
    private static readonly StreamDescriptor[] s_streams =
    [
        new() { Name = "cam", Kind = StreamKind.Image, DType = DType.U8, Shape = [6, 8] },
        new() { Name = "head", Kind = StreamKind.Vector, DType = DType.F32, Shape = [2], Channels = ["pitch", "roll"] },
    ];

    /// <summary>
    /// A run with everything that makes replay hard - blocks over the bins' borders, frames lost in the ring and on the wire, late frames, a camera that is started again - recorded as a
    /// run records: the messages through one thread, bins and losses through another. Replay must make every bin again, bit for bit.
    /// </summary>
    [Fact]
    public void Replay_OfARunWithLossesAndLateFrames_MakesEveryBinAgain()
    {
        using var temporary = new TemporaryFolder();
        var live = RunLive(temporary.Session);
        Assert.True(live.Count > 100);

        using var reader = new SessionReader(temporary.Session);
        var replay = new SessionReplay(reader);
        Assert.Equal(["cam", "head"], replay.Descriptors.Select(d => d!.Name));
        var aligner = new BinAligner(BinSpec.Default, s_streams, [true, true]);
        var bin = new Bin(s_streams);
        var message = new RecordedMessage();
        var count = 0;
        foreach (var recorded in replay.Bins())
        {
            Assert.Null(recorded.Problem);
            aligner.BeginReplay(recorded.Bin.Record.Index);
            for (var stream = 0; stream < s_streams.Length; stream++)
            {
                foreach (var entry in recorded.Messages[stream])
                {
                    reader.Read(entry, message);
                    aligner.AddReplay(stream, message.Header, message.Payload, recorded.Bin.Streams[stream]);
                }
            }
            aligner.EndReplay(recorded.Bin.Record.ClosedNs, bin);
            Assert.Equal(live[count].Values, Values(bin));
            // Live, the first epoch may have been seen before the first bin; in replay it begins there. Neither has a past, so nothing differs.
            if (count > 0) Assert.Equal(live[count].NewEpoch, bin.Streams[0].NewEpoch);
            Assert.Equal((ulong)count, recorded.Prediction!.Value.Sequence);
            count++;
        }
        Assert.Equal(live.Count, count);
    }

    [Fact]
    public void Replay_WhenAMessageIsLost_SaysWhichBinCannotBeMadeAgain()
    {
        using var temporary = new TemporaryFolder();
        RunLive(temporary.Session);
        using (var reader = new SessionReader(temporary.Session))
        {
            var victim = new SessionReplay(reader).Bins().ElementAt(40).Messages[0][1];
            using var file = File.OpenHandle(reader.Segments[victim.Segment], FileMode.Open, FileAccess.Write);
            RandomAccess.Write(file, [0xFF], victim.Offset + 200);
        }
        using var damaged = new SessionReader(temporary.Session);
        var problems = new SessionReplay(damaged).Bins().Where(b => b.Problem is not null).ToArray();
        Assert.Contains("cam", Assert.Single(problems).Problem!, StringComparison.Ordinal);
        Assert.Single(damaged.Index.Gaps);
    }

    [Fact]
    public void Replay_WithoutBins_IsRefused()
    {
        using var temporary = new TemporaryFolder();
        Session(temporary.Session, 3);
        using var reader = new SessionReader(temporary.Session);
        Assert.Throws<RecordingException>(() => new SessionReplay(reader));
    }

    private static List<(int[] Values, bool NewEpoch)> RunLive(string folder)
    {
        using var recorder = new SessionRecorder(new SessionWriter(folder, new SessionInfo { InputStreams = ["cam", "head"], PredictionStream = "prediction" }));
        var published = recorder.OpenInlet("published");
        var loop = recorder.OpenInlet("loop");
        recorder.Start();
        foreach (var descriptor in s_streams)
        {
            var (topic, header, payload) = Descriptor(descriptor, 0);
            published.Message(topic, header, payload);
        }
        var aligner = new BinAligner(BinSpec.Default, s_streams, [true, true]);
        var bin = new Bin(s_streams);
        var bins = new List<(int[], bool)>();
        var random = new Random(11);
        var held = new List<(int Stream, (byte[] Topic, byte[] Header, byte[] Payload) Message)>();
        for (var tick = 0; tick < 600; tick++)
        {
            var now = 1000 * Ms + tick * 10 * Ms;
            var frame = Pack("cam", FrameHeader.Samples(DType.U8, [6, 8], now) with { Sequence = Sequence(tick), HostTimeNs = now, Epoch = Epoch(tick) }, Bytes(random, 48));
            published.Message(frame.Topic, frame.Header, frame.Payload);
            var fate = random.Next(20);
            if (fate == 0) loop.Drop(frame.Topic, new DropRecord(DropEdge.Ring, Sequence(tick), Sequence(tick), 1) { Epoch = Epoch(tick) });
            else if (fate == 1) loop.Drop(frame.Topic, new DropRecord(DropEdge.Wire, Sequence(tick), Sequence(tick), 1) { Epoch = Epoch(tick) });
            else held.Add((0, frame));
            if (tick % 3 == 2)
            {
                var block = Block(random, now, (ulong)(tick / 3));
                published.Message(block.Topic, block.Header, block.Payload);
                held.Add((1, block));
            }
            if (fate == 2) continue; // delivered with the next ones, perhaps too late
            foreach (var (stream, message) in held)
            {
                Assert.Equal(WireError.None, WireFormat.TryRead(message.Topic, message.Header, message.Payload, out var header));
                var result = aligner.Add(stream, header, message.Payload);
                if (result == AddResult.Late && stream == 0) loop.Late(message.Topic, new LateRecord(header.Sequence, header.DeviceTimeNs, now, 0, 1) { Epoch = header.Epoch });
                Close(aligner, bin, now, loop, bins);
            }
            held.Clear();
            Close(aligner, bin, now + (fate > 15 ? 40 * Ms : 0), loop, bins); // the loop's own clock may close a bin before the next frame is there
        }
        Assert.True(aligner.Counters[0].Late > 0, "the run has no late frame");
        recorder.Stop();
        return bins;
    }

    // The camera is started again half-way: it counts from 0 in another epoch.
    private static ulong Sequence(int tick) => (ulong)(tick % 300);

    private static uint Epoch(int tick) => tick < 300 ? 7u : 9u;

    private static void Close(BinAligner aligner, Bin bin, long now, ISessionSink loop, List<(int[], bool)> bins)
    {
        while (aligner.TryClose(now, now, bin))
        {
            var record = new BinRecord { Index = bin.Index, StartNs = bin.StartNs, EndNs = bin.EndNs, ClosedNs = bin.ClosedNs, SentNs = bin.ClosedNs + 1, PredictionSequence = (ulong)bins.Count };
            loop.Bin(record, [bin.Streams[0].Range, bin.Streams[1].Range]);
            var prediction = Frame("prediction", (ulong)bins.Count, now, kind: MessageKind.Prediction);
            loop.Message(prediction.Topic, prediction.Header, prediction.Payload);
            bins.Add((Values(bin), bin.Streams[0].NewEpoch));
        }
    }

    // 30 samples of 1 ms, each with its own time.
    private static (byte[] Topic, byte[] Header, byte[] Payload) Block(Random random, long lastNs, ulong sequence)
    {
        var times = Enumerable.Range(0, 30).Select(i => lastNs - (29 - i) * Ms).ToArray();
        var values = Enumerable.Range(0, 60).Select(_ => random.NextSingle()).ToArray();
        var header = FrameHeader.Samples(DType.F32, [30, 2], lastNs) with { Sequence = sequence, HostTimeNs = lastNs, Flags = FrameFlags.SampleTimes };
        return Pack("head", header, [.. MemoryMarshal.AsBytes<long>(times), .. MemoryMarshal.AsBytes<float>(values)]);
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    // The bits, so that NaN equals NaN and nothing is rounded.
    private static int[] Values(Bin bin) => [.. bin.Streams.SelectMany(s => s.Values).Select(BitConverter.SingleToInt32Bits)];
}
