using LoopRig.Core;
using LoopRig.Native.Wire;
using LoopRig.Native.Zmq;
using Xunit;

namespace LoopRig.Acquisition.Tests;

/// <summary>A source on the real wire, faster than its recorder takes it.</summary>
public sealed class WireEdgeTests
{
    [Fact]
    public void Run_RealVideoAtFullSpeedIntoASmallQueue_RecordsEveryFrameInOrder()
    {
        using ZmqContext context = new();
        using ZmqSocket recorder = context.CreateSocket(ZmqSocketType.Pull);
        recorder.ReceiveHighWaterMark = 2;
        recorder.ReceiveTimeoutMs = 20_000;
        recorder.Bind("tcp://127.0.0.1:*");
        using VideoAdapter adapter = new(new VideoOptions
        {
            Name = "eye",
            Source = SharedData.Path("eye/eyeloop_short_mouse_noblink.m4v"),
            Pace = Pace.FullSpeed,
            Derived = [new(60, 80)],
        });
        using StreamPublisher publisher = new(
            context, adapter.Streams, new StreamPublisherOptions { Endpoint = "tcp://127.0.0.1:*", RecorderEndpoint = recorder.LastEndpoint, RecorderPatienceMs = 20_000 });
        Thread thread = new(() => adapter.Run(publisher, CancellationToken.None));
        thread.Start();

        byte[] topic = new byte[WireFormat.MaxTopicLength], header = new byte[WireFormat.HeaderLength], payload = new byte[1 << 16];
        Dictionary<string, ulong> next = [];
        int samples = 0;
        while (samples < 2 * 309)
        {
            Assert.True(recorder.Receive(topic, out int topicLength));
            Assert.True(recorder.Receive(header, out _));
            Assert.True(recorder.Receive(payload, out int length));
            Assert.Equal(WireError.None, WireFormat.TryRead(topic.AsSpan(0, topicLength), header, payload.AsSpan(0, length), out FrameHeader read));
            if (read.Kind != MessageKind.Samples) continue;
            string name = System.Text.Encoding.ASCII.GetString(topic, 0, topicLength - 1);
            Assert.Equal(next.GetValueOrDefault(name), read.Sequence);
            next[name] = read.Sequence + 1;
            samples++;
        }

        thread.Join();
        Assert.Equal(309, publisher.Sent(0));
        Assert.Equal(309, publisher.Sent(1));
    }
}
