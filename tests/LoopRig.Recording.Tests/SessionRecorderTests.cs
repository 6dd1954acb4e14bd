using LoopRig.Core;
using LoopRig.Native.Zmq;
using Xunit;
using static LoopRig.Recording.Tests.Messages;

namespace LoopRig.Recording.Tests;

public sealed class SessionRecorderTests
{
    private static readonly StreamDescriptor s_camera = new() { Name = "cam", Kind = StreamKind.Image, DType = DType.U8, Shape = [60, 80] };

    private static void Send(ZmqSocket socket, params byte[][] parts)
    {
        for (var i = 0; i < parts.Length; i++)
        {
            Assert.True(socket.Send(parts[i], more: i + 1 < parts.Length));
        }
    }

    [Fact]
    public void Recorder_TakesEveryMessageVerbatimAndRefusesMalformedOnes()
    {
        using var temporary = new TemporaryFolder();
        using var context = new ZmqContext();
        using var recorder = new SessionRecorder(new SessionWriter(temporary.Session, new SessionInfo()));
        using var push = context.CreateSocket(ZmqSocketType.Push);
        push.SendTimeoutMs = 5000;
        push.LingerMs = 5000;
        push.Connect(recorder.Listen(context, "tcp://127.0.0.1:*"));
        recorder.Start();
        var frames = Enumerable.Range(0, 300).Select(i => Frame("cam", (ulong)i, RigClock.Now, 4800)).ToArray();
        foreach (var (topic, header, payload) in frames)
        {
            Send(push, topic, header, payload);
        }
        var wrong = Frame("cam", 300, 1);
        wrong.Payload[3] ^= 1;
        Send(push, wrong.Topic, wrong.Header, wrong.Payload);
        Send(push, wrong.Topic);
        Send(push, wrong.Topic, wrong.Header, wrong.Payload, [1]);
        Send(push, new byte[4000], new byte[4000], new byte[10]);
        for (var i = 0; i < 5; i++)
        {
            var (topic, header, payload) = Descriptor(s_camera, RigClock.Now);
            Send(push, topic, header, payload);
        }
        var end = Frame("end", 0, 1);
        Send(push, end.Topic, end.Header, end.Payload);
        SpinWait.SpinUntil(() => recorder.Received == 306 || recorder.Fault is not null, 20_000);
        recorder.Stop();

        Assert.Equal((306L, 4L), (recorder.Received, recorder.Refused));
        using var reader = new SessionReader(temporary.Session);
        var stream = reader.Index.Find("cam")!;
        Assert.Equal(300, stream.Messages.Count);
        Assert.Equal(s_camera.Shape, stream.Descriptor!.Shape);
        Assert.Equal(DropEdge.Recorder, Assert.Single(stream.Drops).Edge);
        Assert.Equal(2 + 300 + 1 + 1 + 1, reader.Index.Totals.Records);
        var message = new RecordedMessage();
        foreach (var (frame, entry) in frames.Zip(stream.Messages))
        {
            reader.Read(entry, message);
            Assert.Equal(frame.Topic, message.Topic.ToArray());
            Assert.Equal(frame.Header, message.HeaderPart.ToArray());
            Assert.Equal(frame.Payload, message.Payload.ToArray());
        }
    }

    [Fact]
    public void Stop_WhileTheLastMessagesAreUnderWay_TakesThemToo()
    {
        using var gap = new ManualResetEvent(false);
        using var temporary = new TemporaryFolder();
        using var context = new ZmqContext();
        using var recorder = new SessionRecorder(new SessionWriter(temporary.Session, new SessionInfo()));
        using var push = context.CreateSocket(ZmqSocketType.Push);
        push.SendTimeoutMs = 5000;
        push.Connect(recorder.Listen(context, "tcp://127.0.0.1:*"));
        recorder.Start();
        var stopping = new Thread(() => recorder.Stop());
        for (var i = 0; i < 4; i++)
        {
            var (topic, header, payload) = Frame("cam", (ulong)i, RigClock.Now);
            Send(push, topic, header, payload);
            SpinWait.SpinUntil(() => recorder.Received > i || (i > 0 && !stopping.IsAlive), 20_000);
            Assert.Equal(i + 1, recorder.Received);
            if (i == 0) stopping.Start();
            gap.WaitOne(40); // many of the recorder's waits of 5 ms, few of the 200 ms of quiet that end a session
        }
        stopping.Join();
        using var reader = new SessionReader(temporary.Session);
        Assert.Equal([0UL, 1, 2, 3], reader.Index.Find("cam")!.Messages.Select(m => m.Sequence));
    }

    [Fact]
    public void Descriptors_ThatDoNotChange_AreRecordedOnceASegment()
    {
        using var temporary = new TemporaryFolder();
        using (var writer = new SessionWriter(temporary.Session, new SessionInfo(), segmentBytes: 20_000))
        {
            for (var i = 0; i < 100; i++)
            {
                writer.Write(Descriptor(i < 50 ? s_camera : s_camera with { Source = "another" }, i), i);
                writer.Write(Frame("cam", (ulong)i, i, 1000), i);
            }
        }
        var segments = SessionFolder.Segments(temporary.Session);
        var sources = new List<string>();
        for (var i = 0; i < segments.Count; i++)
        {
            using var cursor = new SessionCursor([segments[i]]);
            while (cursor.Read())
            {
                if (cursor.TryMessage(out var header, out var payload) && header.Kind == MessageKind.Descriptor) sources.Add($"{i}{StreamDescriptor.FromJson(payload).Source}");
            }
        }
        Assert.True(segments.Count >= 6, $"{segments.Count} segments");
        Assert.Equal(segments.Count + 1, sources.Count);
        Assert.Equal(segments.Count, sources.Select(s => s[0]).Distinct().Count());
        Assert.Equal(("0", $"{segments.Count - 1}another"), (sources[0], sources[^1]));
    }

    [Fact]
    public void RunOnce_WithSocketAndInlet_AllocatesNothing()
    {
        using var temporary = new TemporaryFolder();
        using var context = new ZmqContext();
        using var recorder = new SessionRecorder(new SessionWriter(temporary.Session, new SessionInfo()));
        using var push = context.CreateSocket(ZmqSocketType.Push);
        push.SendTimeoutMs = 5000;
        push.Connect(recorder.Listen(context, "tcp://127.0.0.1:*"));
        ISessionSink inlet = recorder.OpenInlet("loop");
        var (topic, header, payload) = Frame("cam", 1, 1, 4800);
        var used = new SampleRange[3];
        void Tick()
        {
            if (push.TrySend(topic, more: true))
            {
                push.Send(header, more: true);
                push.Send(payload);
            }
            inlet.Bin(new BinRecord(), used);
            inlet.Message(topic, header, payload);
            inlet.Drop(topic, new DropRecord(DropEdge.Wire, 1, 1, 1));
            recorder.RunOnce();
        }
        for (var i = 0; i < 200; i++)
        {
            Tick();
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++)
        {
            Tick();
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(recorder.Received > 1000, $"{recorder.Received} messages came through the socket");
    }

    [Fact]
    public void Inlet_FromAnotherThread_KeepsOrderThroughManyTurnsOfTheRing()
    {
        using var temporary = new TemporaryFolder();
        using (var recorder = new SessionRecorder(new SessionWriter(temporary.Session, new SessionInfo { PredictionStream = "prediction" })))
        {
            var inlet = recorder.OpenInlet("loop", 32768);
            recorder.Start();
            var random = new Random(5);
            for (var i = 0; i < 5000; i++)
            {
                var (topic, header, payload) = Frame("prediction", (ulong)i, i, random.Next(0, 2500), MessageKind.Prediction);
                inlet.Message(topic, header, payload);
            }
            inlet.Event(SessionEvent.Clock(new ClockEntry { Clock = 2, Name = "camera", OffsetNs = 5 }));
            recorder.Stop();
        }
        using var reader = new SessionReader(temporary.Session);
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => (ulong)i), reader.Index.Find("prediction")!.Messages.Select(m => m.Sequence));
        Assert.Equal(5000, reader.Info.Totals!.Predictions);
        Assert.Equal((2U, "camera", 5L), (Assert.Single(reader.Info.Clocks).Clock, reader.Info.Clocks[0].Name, reader.Info.Clocks[0].OffsetNs));
    }

    [Fact]
    public void Inlet_WhenNothingIsTakenForTwoSeconds_StopsTheRunInsteadOfThinning()
    {
        using var temporary = new TemporaryFolder();
        using var recorder = new SessionRecorder(new SessionWriter(temporary.Session, new SessionInfo()));
        var inlet = recorder.OpenInlet("loop", 4096);
        var (topic, header, payload) = Frame("cam", 1, 1, 1000);
        var error = Assert.Throws<RecordingException>(() =>
        {
            for (var i = 0; i < 5; i++)
            {
                inlet.Message(topic, header, payload);
            }
        });
        Assert.Contains("'loop'", error.Message, StringComparison.Ordinal);
        Assert.Contains(temporary.Session, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Recorder_WhenTheLogCannotBeWritten_SignalsAndTheInletThrows()
    {
        using var temporary = new TemporaryFolder();
        using var recorder = new SessionRecorder(new SessionWriter(temporary.Session, new SessionInfo(), segmentBytes: 2000));
        var inlet = recorder.OpenInlet("loop");
        // The next segment's name is taken: the recorder fails when it gets there.
        File.WriteAllText(SessionFolder.SegmentPath(temporary.Session, 1), "in the way");
        recorder.Start();
        var (topic, header, payload) = Frame("cam", 1, 1, 900);
        for (var i = 0; i < 5; i++)
        {
            inlet.Message(topic, header, payload);
        }
        Assert.True(recorder.Faulted.WaitHandle.WaitOne(20_000));
        Assert.Contains(temporary.Session, recorder.Fault!.Message, StringComparison.Ordinal);
        Assert.Throws<RecordingException>(() => inlet.Message(topic, header, payload));
        recorder.Stop();
        Assert.Equal(SessionState.Faulted, SessionFolder.ReadInfo(temporary.Session).State);
    }

    [Fact]
    public void Recorder_WhenSomethingUnforeseenFails_SignalsEvenIfAListenerFailsToo()
    {
        using var temporary = new TemporaryFolder();
        using var log = new SessionWriter(temporary.Session, new SessionInfo());
        using var recorder = new SessionRecorder(log);
        var inlet = recorder.OpenInlet("loop");
        recorder.Faulted.Register(() => throw new InvalidOperationException("a listener's own failure"));
        log.Close(); // behind the recorder's back: its next record meets an ObjectDisposedException
        var (topic, header, payload) = Frame("cam", 1, 1);
        inlet.Message(topic, header, payload);
        recorder.Start();
        Assert.True(recorder.Faulted.WaitHandle.WaitOne(20_000));
        Assert.IsType<ObjectDisposedException>(recorder.Fault!.InnerException);
        Assert.Contains(temporary.Session, recorder.Fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DiskSync_WhenSomethingUnforeseenFails_KeepsItForTheNextFlush()
    {
        using var temporary = new TemporaryFolder();
        using var sync = new DiskSync(TimeSpan.FromMilliseconds(1));
        var handle = File.OpenHandle(Path.Combine(temporary.Path, "segment"), FileMode.Create, FileAccess.Write);
        handle.Dispose();
        sync.Follow(handle);
        SpinWait.SpinUntil(() => sync.Failure is not null, 20_000);
        Assert.IsType<ObjectDisposedException>(sync.Failure!.InnerException);
    }
}
