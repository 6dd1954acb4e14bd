using LoopRig.Core;
using LoopRig.Native.Wire;
using LoopRig.Native.Zmq;

namespace LoopRig.Inference.Tests;

[Collection(nameof(Quiet))]
public sealed class ThreadedLoopTests(ITestOutputHelper output)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("tcp")]
    [InlineData("ipc")]
    public async Task Run_TenThousandTicks_AllocatesNothing(string scheme)
    {
        var sink = new NullSink();
        using var rig = new ThreadedLoop(new FakeNetwork(), sink, binMs: 4, deadlineMs: 3, scheme);
        await rig.StartAsync(Stop);
        rig.FeedUntil(() => rig.Inference.Loop.Counters.Bins > 300, Stop, everyMs: 1);
        rig.Inference.CountAllocationsFromNow();
        rig.Inference.Loop.Latency.Clear();
        var before = rig.Inference.Loop.Counters.Bins;
        var received = rig.Inference.Receiver.Counters(0)!.Received + rig.Inference.Receiver.Counters(1)!.Received;
        var total = GC.GetTotalAllocatedBytes();
        rig.FeedUntil(() => rig.Inference.Receiver.Counters(0)!.Received + rig.Inference.Receiver.Counters(1)!.Received - received > 10_000, Stop, everyMs: 1);
        var process = GC.GetTotalAllocatedBytes() - total;
        var bins = rig.Inference.Loop.Counters.Bins - before;
        var latency = rig.Inference.Loop.Latency.Summarise();
        output.WriteLine($"{scheme}: {bins} bins, close to hand-over p50 {latency.P50:F0} us, p99 {latency.P99:F0} us, p99.9 {latency.P999:F0} us, max {latency.Max:F0} us; "
            + $"loop threads {rig.Inference.AllocatedBytes} bytes, process {process} bytes");
        Assert.Equal(0, rig.Inference.AllocatedBytes);
        Assert.True(bins > 1000, $"{bins} bins");
        Assert.True(sink.Count > bins);
    }

    [Fact]
    public async Task Run_PublishedPredictions_ReachASubscriberAndTheRecorderAlike()
    {
        var sink = new FakeSink();
        using var rig = new ThreadedLoop(new FakeNetwork(), sink, binMs: 20, deadlineMs: 15);
        using var receiver = new StreamReceiver(rig.Context, 1000, Stop);
        receiver.AddStream("predictions");
        receiver.Connect(rig.Inference.Publisher.Endpoint);
        await rig.StartAsync(Stop);
        Assert.True(rig.Inference.Publisher.WaitForSubscribers(1, Stop));
        rig.FeedUntil(() => rig.Inference.Loop.Counters.Predictions >= 20, Stop);
        rig.Inference.Stop();
        var expected = sink.Messages;
        var got = new List<byte[]>();
        var buffer = new byte[4096];
        while (got.Count < expected.Length && receiver.Wait(RigClock.Now + 2 * RigClock.SecondNs) == WaitResult.Ready)
        {
            while (receiver.Receive(buffer, out var message) is var result && result != ReceiveResult.Empty)
            {
                if (result == ReceiveResult.Message)
                {
                    got.Add(buffer[..message.Length]);
                }
            }
        }
        Assert.Equal(expected.Select(m => m.Payload), got);
        Assert.Equal(0, receiver.Counters(0).Missing);
        Assert.Equal(rig.Inference.Predictor.Network.Step.Hash, receiver.Descriptor(0)!.NetworkHash);
        Assert.Equal(["unit0", "unit1", "unit2", "unit3"], receiver.Descriptor(0)!.Channels);
        Assert.Equal(expected.Length, sink.Bins.Length);
    }

    [Fact]
    public async Task Run_BadMessagesOnTheSocket_AreCountedReportedAndHarmless()
    {
        var sink = new FakeSink();
        using var rig = new ThreadedLoop(new FakeNetwork(), sink, binMs: 20, deadlineMs: 15);
        await rig.StartAsync(Stop);
        rig.FeedUntil(() => rig.Inference.Loop.Counters.Predictions >= 3, Stop);

        var (attacker, inference) = (rig.Stranger, rig.Inference);
        var topic = WireFormat.Topic("world");
        var payload = new byte[48];
        var header = new byte[WireFormat.HeaderLength];
        var sound = FrameHeader.Samples(DType.U8, [6, 8], RigClock.Now);
        WireFormat.WriteHeader(header, sound, payload);
        var counters = inference.Receiver.Counters(0)!;
        rig.FeedUntil(() =>
        {
            attacker.Send(topic, more: true);
            attacker.Send("no header at all"u8);
            attacker.Send(topic, more: true);
            attacker.Send(header, more: true);
            attacker.Send(payload.AsSpan(0, 20)); // cut
            attacker.Send(topic, more: true);
            attacker.Send(header, more: true);
            attacker.Send(new byte[200_000]); // larger than a slot
            attacker.Send(topic, more: true);
            attacker.Send(header, more: true);
            attacker.Send(payload); // sequence 0 of an old epoch: a replay
            return counters.Malformed > 0 && counters.Truncated > 0 && counters.Oversized > 0 && counters.Replayed > 0;
        }, Stop);
        var predictions = inference.Loop.Counters.Predictions;
        rig.FeedUntil(() => inference.Loop.Counters.Predictions >= predictions + 100 && sink.Events.Any(e => e.Contains("fault_detected")), Stop);
        inference.Stop();
        var refused = counters.Refused;
        Assert.Contains(sink.Events, e => e.Contains("fault_detected") && e.Contains("\"fault\":\"garbage\"") && e.Contains("\"stream\":\"world\""));
        Assert.Equal(refused, rig.Events.Faults.All.Where(f => f is { Stream: "world", Kind: FaultKind.Garbage }).Sum(f => f.Count));
    }

    [Fact]
    public async Task Run_NetworkHangs_FallbackKeepsTheDeadline()
    {
        var sink = new FakeSink();
        using var gate = new ManualResetEventSlim(true);
        using var rig = new ThreadedLoop(new FakeNetwork { Gate = gate }, sink, binMs: 20, deadlineMs: 15);
        await rig.StartAsync(Stop);
        var counters = rig.Inference.Loop.Counters;
        rig.FeedUntil(() => counters.Predictions >= 5, Stop);
        gate.Reset();
        rig.FeedUntil(() => counters.DeadlineMisses >= 5, Stop);
        gate.Set();
        var misses = counters.DeadlineMisses;
        rig.FeedUntil(() => counters.Predictions >= misses + 10, Stop);
        rig.Inference.Stop();
        var bins = sink.Bins;
        Assert.Equal(Enumerable.Range(0, bins.Length).Select(i => bins[0].Bin.Index + i), bins.Select(b => b.Bin.Index));
        var missed = bins.Where(b => b.Bin.Flags.HasFlag(BinFlags.DeadlineMissed)).ToArray();
        Assert.True(missed.Length >= 5);
        // The first missed bin was being stepped on, the next ones never reached the network.
        Assert.True(missed[0].Bin.Flags.HasFlag(BinFlags.Stepped));
        Assert.False(missed[1].Bin.Flags.HasFlag(BinFlags.Stepped));
        Assert.All(missed, b => Assert.True(b.Bin.SentNs >= b.Bin.ClosedNs + rig.Inference.Settings.DeadlineNs));
        Assert.False(bins[^1].Bin.Flags.HasFlag(BinFlags.Fallback));
    }

    [Fact]
    public async Task Swap_WhileRunning_LosesNoBin()
    {
        var sink = new FakeSink();
        using var rig = new ThreadedLoop(new FakeNetwork("first"), sink, binMs: 10, deadlineMs: 8);
        await rig.StartAsync(Stop);
        var counters = rig.Inference.Loop.Counters;
        rig.FeedUntil(() => counters.Bins >= 30, Stop);
        var swap = rig.Inference.Swap.Begin(() => new FakeNetwork("second", bias: 0.5), "requested");
        rig.FeedUntil(() => swap.IsCompleted, Stop);
        var record = await swap;
        var bins = counters.Bins;
        rig.FeedUntil(() => counters.Bins >= bins + 10, Stop);
        rig.Inference.Stop();
        var recorded = sink.Bins;
        Assert.Equal(Enumerable.Range(0, recorded.Length).Select(i => recorded[0].Bin.Index + i), recorded.Select(b => b.Bin.Index));
        Assert.Equal(record.FirstBin, recorded.First(b => b.Bin.Network == record.Network.HashPrefix).Bin.Index);
    }

    [Fact]
    public void Create_PortInUse_NamesTheEndpoint()
    {
        using var context = new ZmqContext();
        using var other = context.CreateSocket(ZmqSocketType.Pub);
        other.Bind("tcp://127.0.0.1:*");
        var settings = new LoopSettings { Streams = [Rig.Image(), Rig.Treadmill()] };
        var wiring = new LoopWiring { StreamEndpoints = [], PredictionEndpoint = other.LastEndpoint };
        var error = Assert.Throws<DeviceException>(() => new LiveInference(context, settings, new FakeNetwork(), wiring, _ => new NullSink(), new RigEvents()));
        Assert.Contains(other.LastEndpoint, error.Message);
        Assert.Contains("in use", error.Message);
    }

    [Fact]
    public void Create_DeadlineLongerThanTheBin_IsRefused()
    {
        using var context = new ZmqContext();
        var settings = new LoopSettings { Streams = [Rig.Image(), Rig.Treadmill()], DeadlineNs = 60 * RigClock.MillisecondNs };
        var wiring = new LoopWiring { StreamEndpoints = [], PredictionEndpoint = "tcp://127.0.0.1:*" };
        var error = Assert.Throws<LoopRigException>(() => new LiveInference(context, settings, new FakeNetwork(), wiring, _ => new NullSink(), new RigEvents()));
        Assert.Contains("deadline", error.Message);
    }
}

/// <summary>Tests that count the process's time or memory run alone.</summary>
[CollectionDefinition(nameof(Quiet), DisableParallelization = true)]
public sealed class Quiet;
