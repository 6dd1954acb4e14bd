using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Native.Wire;
using LoopRig.Native.Zmq;
using Xunit;

namespace LoopRig.Native.Tests.Wire;

public sealed class StreamPublisherTests : IDisposable
{
    private const string AnyPort = "tcp://127.0.0.1:*";
    private readonly WireFixture _wire = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Endpoints => [AnyPort, $"ipc://{Path.GetTempPath()}looprig-{Guid.NewGuid():N}"];

    public void Dispose() => _wire.Dispose();

    [Theory]
    [MemberData(nameof(Endpoints))]
    public void Publish_ToASubscriber_ArrivesWithSequenceEpochAndTimes(string endpoint)
    {
        using StreamPublisher publisher = _wire.Publish(endpoint, WireFixture.Eye);
        using StreamReceiver receiver = _wire.Receive(publisher, Stop, "eye");
        float[] pupil = [91.5f, 77.25f];
        for (int i = 0; i < 3; i++)
        {
            long before = RigClock.Now;
            publisher.Publish(0, WireFixture.Pupil(1000 + i), MemoryMarshal.AsBytes(pupil.AsSpan()));
            ReceivedMessage message = _wire.NextMessage(receiver);

            Assert.Equal((ulong)i, message.Header.Sequence);
            Assert.Equal(1000 + i, message.Header.DeviceTimeNs);
            Assert.InRange(message.Header.HostTimeNs, before, message.ReceivedNs);
            Assert.Equal(i == 0 ? FrameFlags.NewEpoch : FrameFlags.None, message.Header.Flags);
            Assert.Equal(pupil, MemoryMarshal.Cast<byte, float>(_wire.Slot.AsSpan(0, message.Length)).ToArray());
        }

        Assert.Equal(3, receiver.Counters(0).Received);
        Assert.Equal(3, publisher.Sent(0));
        Assert.Equal(0, receiver.Counters(0).Missing + receiver.Counters(0).Refused);
    }

    [Fact]
    public void Publish_MarkedNewEpoch_CountsTheEpochUpAndTheSequenceOn()
    {
        using StreamPublisher publisher = _wire.Publish(AnyPort, WireFixture.Eye);
        using StreamReceiver receiver = _wire.Receive(publisher, Stop, "eye");
        publisher.Publish(0, WireFixture.Pupil(1), new byte[8]);
        publisher.Publish(0, WireFixture.Pupil(2) with { Flags = FrameFlags.NewEpoch }, new byte[8]);
        publisher.Publish(0, WireFixture.Pupil(3), new byte[8]);

        uint epoch = _wire.NextMessage(receiver).Header.Epoch;
        FrameHeader second = _wire.NextMessage(receiver).Header;
        Assert.Equal((epoch + 1, 1ul, FrameFlags.NewEpoch), (second.Epoch, second.Sequence, second.Flags));
        Assert.Equal((epoch + 1, 2ul), (_wire.NextMessage(receiver).Header.Epoch, receiver.Counters(0).Received == 3 ? 2ul : 0));
    }

    [Fact]
    public void Publish_Nothing_StillSendsTheDescriptorToWhoJoins()
    {
        using StreamPublisher publisher = _wire.Publish(AnyPort, WireFixture.Eye, WireFixture.Worldcam);
        using StreamReceiver receiver = _wire.Receive(publisher, Stop, "eye", "worldcam");
        Assert.Null(receiver.Descriptor(0));
        while (receiver.Descriptor(0) is null || receiver.Descriptor(1) is null) Assert.Equal(ReceiveResult.Descriptor, _wire.Next(receiver, out _));
        Assert.Equal(WireFixture.Eye.ToJson(), receiver.Descriptor(0)!.ToJson());
        Assert.Equal([60, 80], receiver.Descriptor(1)!.Shape);
    }

    [Fact]
    public void Descriptor_IsSentAgainEverySecond()
    {
        using StreamPublisher publisher = _wire.Publish(AnyPort, WireFixture.Eye);
        using ZmqSocket raw = _wire.Context.CreateSocket(ZmqSocketType.Sub);
        raw.ReceiveTimeoutMs = 20_000;
        raw.Subscribe("eye/descriptor\0"u8);
        raw.Connect(publisher.Endpoint);
        byte[] part = new byte[4096];
        List<FrameHeader> headers = [];
        while (headers.Count < 3)
        {
            Assert.True(raw.Receive(part, out _));
            Assert.True(raw.Receive(part, out int length));
            byte[] header = part[..length];
            Assert.True(raw.Receive(part, out length));
            Assert.Equal(WireError.None, WireFormat.TryRead("eye/descriptor\0"u8, header, part.AsSpan(0, length), out FrameHeader read));
            headers.Add(read);
        }

        Assert.Equal(headers[0].Sequence + 2, headers[2].Sequence);
        Assert.True(headers[2].HostTimeNs - headers[1].HostTimeNs >= RigClock.SecondNs);
    }

    [Fact]
    public void Subscribers_ComingAndGoing_AreCounted()
    {
        using StreamPublisher publisher = _wire.Publish(AnyPort, WireFixture.Eye, WireFixture.Worldcam);
        Assert.Equal(0, publisher.Subscribers(0));
        StreamReceiver first = _wire.Receive(publisher, Stop, "eye", "worldcam");
        using ZmqSocket everything = _wire.Context.CreateSocket(ZmqSocketType.Sub);
        everything.Subscribe([]);
        everything.Connect(publisher.Endpoint);
        Assert.True(publisher.WaitForSubscribers(0, 2, Stop));
        first.Dispose();
        while (publisher.Subscribers(0) != 1) Stop.ThrowIfCancellationRequested();
        Assert.Equal(1, publisher.Subscribers(1));
    }

    [Fact]
    public void Subscription_LongerThanAnyTopic_CostsThatPeerItsConnectionAndNothingElse()
    {
        using StreamPublisher publisher = _wire.Publish(AnyPort, WireFixture.Eye);
        using ZmqSocket rude = _wire.Context.CreateSocket(ZmqSocketType.Sub);
        using ZmqMonitor monitor = new(_wire.Context, rude, ZmqEvent.Disconnected);
        rude.Subscribe(new byte[10_000]); // a million, and the subscriber's own libzmq 4.3.4 overflows its stack
        rude.Connect(publisher.Endpoint);
        Assert.True(monitor.TryTake(20_000, out ZmqEvent kind, out _));
        Assert.Equal(ZmqEvent.Disconnected, kind);

        using StreamReceiver receiver = _wire.Receive(publisher, Stop, "eye");
        publisher.Publish(0, WireFixture.Pupil(7), new byte[8]);
        Assert.Equal(7, _wire.NextMessage(receiver).Header.DeviceTimeNs);
        Assert.Equal(1, publisher.Subscribers(0));
    }

    [Fact]
    public void WaitForSubscribers_Stopped_ReturnsFalse()
    {
        using StreamPublisher publisher = _wire.Publish(AnyPort, WireFixture.Eye);
        Assert.False(publisher.WaitForSubscribers(0, 1, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Publish_WithARecorder_GivesItTheDescriptorsThenTheSameThreeParts()
    {
        using ZmqSocket recorder = _wire.Context.CreateSocket(ZmqSocketType.Pull);
        recorder.ReceiveTimeoutMs = 20_000;
        recorder.Bind(AnyPort);
        using StreamPublisher publisher = new(
            _wire.Context, [WireFixture.Eye, WireFixture.Worldcam], new StreamPublisherOptions { Endpoint = AnyPort, RecorderEndpoint = recorder.LastEndpoint });
        byte[] frame = new byte[4800];
        new Random(5).NextBytes(frame);
        publisher.Publish(1, FrameHeader.Samples(DType.U8, [60, 80], 77), frame);

        Assert.Equal("eye/descriptor\0"u8, Part(recorder));
        Part(recorder);
        Assert.Equal(WireFixture.Eye.ToJson(), Part(recorder));
        Assert.Equal("worldcam/descriptor\0"u8, Part(recorder));
        Part(recorder);
        Part(recorder);
        Assert.Equal("worldcam\0"u8, Part(recorder));
        Assert.Equal(publisher.LastHeader, Part(recorder));
        Assert.Equal(frame, Part(recorder));
        Assert.False(recorder.HasMore);

        static byte[] Part(ZmqSocket socket)
        {
            byte[] part = new byte[8192];
            Assert.True(socket.Receive(part, out int length));
            return part[..length];
        }
    }

    [Fact]
    public void Publish_RecorderThatDoesNotRead_HoldsBackThenStopsTheRun()
    {
        using ZmqSocket recorder = _wire.Context.CreateSocket(ZmqSocketType.Pull);
        recorder.ReceiveHighWaterMark = 1;
        string endpoint = $"inproc://recorder-{Guid.NewGuid():N}";
        recorder.Bind(endpoint);
        using StreamPublisher publisher = new(
            _wire.Context, [WireFixture.Eye], new StreamPublisherOptions { Endpoint = AnyPort, RecorderEndpoint = endpoint, RecorderPatienceMs = 60 });

        int published = 0;
        long before = 0;
        DeviceException error = Assert.Throws<DeviceException>(() =>
        {
            for (; published < 10_000; published++)
            {
                before = RigClock.Now;
                publisher.Publish(0, WireFixture.Pupil(published), new byte[8]);
            }
        });
        Assert.True(RigClock.Now - before >= 60_000_000);
        Assert.InRange(published, 100, 140); // 2 s at 60 Hz at its own side, and one at the recorder's
        Assert.Contains(endpoint, error.Message);
    }

    [Fact]
    public void Create_PortInUse_NamesTheEndpoint()
    {
        using StreamPublisher first = _wire.Publish(AnyPort, WireFixture.Eye);
        DeviceException error = Assert.Throws<DeviceException>(() => _wire.Publish(first.Endpoint, WireFixture.Eye));
        Assert.Contains(first.Endpoint, error.Message);
        Assert.Contains("port in use", error.Message);
    }

    [Fact]
    public void Publish_AndReceive_AfterWarmUp_AllocateNothing()
    {
        using ZmqSocket recorder = _wire.Context.CreateSocket(ZmqSocketType.Pull);
        recorder.Bind(AnyPort);
        using StreamPublisher publisher = new(
            _wire.Context, [WireFixture.Worldcam], new StreamPublisherOptions { Endpoint = AnyPort, RecorderEndpoint = recorder.LastEndpoint });
        using StreamReceiver receiver = _wire.Receive(publisher, Stop, "worldcam");
        byte[] frame = new byte[4800];
        byte[] part = new byte[8192];
        Run(300);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(10_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(10_300, receiver.Counters(0).Received);

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                publisher.Publish(0, FrameHeader.Samples(DType.U8, [60, 80], i), frame);
                _wire.NextMessage(receiver);
                while (recorder.TryReceive(part, out _))
                {
                }
            }
        }
    }
}
