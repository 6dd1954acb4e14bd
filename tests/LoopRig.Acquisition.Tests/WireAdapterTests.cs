using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Native.Wire;
using LoopRig.Native.Zmq;
using Xunit;

namespace LoopRig.Acquisition.Tests;

public sealed class WireAdapterTests : IDisposable
{
    private readonly ZmqContext _context = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static StreamDescriptor Camera => new()
    {
        Name = "camera",
        Kind = StreamKind.Vector,
        DType = DType.F32,
        Shape = [2],
        Channels = ["a", "b"],
        RateHz = 60,
        ClockId = 12,
        Clock = "camera computer",
    };

    public void Dispose() => _context.Dispose();

    [Fact]
    public void Run_OutsidePublisher_ForwardsItsSamplesWithTheirTimesAndClock()
    {
        using StreamPublisher outside = new(_context, [Camera], new StreamPublisherOptions { Endpoint = "tcp://127.0.0.1:*" });
        using WireAdapter adapter = new(_context, new WireOptions { Name = "outside", Endpoint = outside.Endpoint, Streams = ["camera"] }, Stop);
        Assert.Equal("camera computer", adapter.Streams[0].Clock);
        using CollectingOutput output = new(stopAfter: 3);
        Thread thread = new(() => adapter.Run(output, output.Stop));
        thread.Start();
        float[] values = [1, 2];
        long sent = 0;
        while (!thread.Join(1))
        {
            // Until it has come: the adapter subscribes at a time of its own.
            outside.Publish(0, FrameHeader.Samples(DType.F32, [2], 1000 + sent++) with { Clock = new ClockId(12), HostTimeNs = 5 }, MemoryMarshal.AsBytes(values.AsSpan()));
            outside.Publish(0, FrameHeader.Samples(DType.U8, [2], 0) with { Clock = new ClockId(12) }, new byte[2]); // not what the descriptor says
        }

        long first = output.Messages[0].Header.DeviceTimeNs;
        Assert.InRange(first, 1000, 1000 + sent);
        Assert.Equal([first, first + 1, first + 2], output.Messages.Select(m => m.Header.DeviceTimeNs));
        Assert.All(output.Messages, m => Assert.Equal((12u, true), (m.Header.Clock.Value, m.Header.HostTimeNs > 5)));
        Assert.Equal(values, output.Messages[0].Values);
        Assert.True(adapter.Drops >= 2);
    }

    [Fact]
    public void Run_UnitsThatChange_AreRefusedUntilTheyAreTheOldOnes()
    {
        StreamDescriptor sorter = Camera with { Name = "sorter", Kind = StreamKind.Activity, Channels = ["u3", "u8"] };
        using StreamPublisher outside = new(_context, [sorter], new StreamPublisherOptions { Endpoint = "tcp://127.0.0.1:*" });
        using WireAdapter adapter = new(_context, new WireOptions { Name = "outside", Endpoint = outside.Endpoint, Streams = ["sorter"] }, Stop);
        using Serial.RunningSource running = new(adapter.Run);
        StreamDescriptor turned = sorter with { Channels = ["u8", "u3"] };
        float value = 0;
        running.Until(() => Sent(1));
        outside.Redescribe(0, turned, turned.ToJson());
        running.Until(() => Sent(2) && !running.Reports.IsEmpty);
        int forwarded = running.Messages.Count;
        for (int i = 0; i < 20; i++) Sent(3);
        outside.Redescribe(0, sorter, sorter.ToJson());
        running.Until(() => Sent(4) && running.Messages.Count > forwarded && running.Messages.Last().Values[0] == 4);
        running.Stop();
        Assert.DoesNotContain(running.Messages, m => m.Values[0] == 3);
        Assert.True(adapter.Drops >= 20);
        Assert.Contains("it had 2 units and has 2 now, number 0 was 'u3' and is 'u8'; its samples are refused", running.Reports.First(r => r.Text.Contains("had 2 units")).Text);

        bool Sent(float next)
        {
            value = next;
            outside.Publish(0, FrameHeader.Samples(DType.F32, [2], RigClock.Now) with { Clock = new ClockId(12) }, MemoryMarshal.AsBytes<float>(new[] { value, value }));
            return !running.Messages.IsEmpty;
        }
    }

    [Fact]
    public void Create_NobodyPublishes_SaysWhichStreamIsMissing()
    {
        NotReadyException error = Assert.Throws<NotReadyException>(() => new WireAdapter(
            _context, new WireOptions { Name = "outside", Endpoint = "tcp://127.0.0.1:9", Streams = ["camera"], PatienceSeconds = 0.05 }, Stop));
        Assert.Contains("camera", error.Message);
        Assert.Contains("tcp://127.0.0.1:9", error.Message);
    }

    [Fact]
    public void Create_Stopped_IsCancelled()
        => Assert.Throws<OperationCanceledException>(() => new WireAdapter(
            _context, new WireOptions { Name = "outside", Endpoint = "tcp://127.0.0.1:9", Streams = ["camera"] }, new CancellationToken(canceled: true)));
}
