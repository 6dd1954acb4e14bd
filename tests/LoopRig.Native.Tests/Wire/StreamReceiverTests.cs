using LoopRig.Core;
using LoopRig.Native.Wire;
using LoopRig.Native.Zmq;
using Xunit;

namespace LoopRig.Native.Tests.Wire;

/// <summary>A receiver against a publisher that does everything wrong.</summary>
public sealed class StreamReceiverTests : IDisposable
{
    private readonly WireFixture _wire = new();
    private readonly ZmqSocket _publisher;
    private readonly StreamReceiver _receiver;

    public StreamReceiverTests()
    {
        _publisher = _wire.Context.CreateSocket(ZmqSocketType.XPub);
        _publisher.ReceiveTimeoutMs = 20_000;
        _publisher.SendHighWaterMark = 0;
        _publisher.Bind("tcp://127.0.0.1:*");
        _receiver = new StreamReceiver(_wire.Context, 0, Stop);
        _receiver.AddStream("eye");
        _receiver.Connect(_publisher.LastEndpoint);
        for (int i = 0; i < 2; i++) Assert.True(_publisher.Receive([], out _));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private StreamCounters Counters => _receiver.Counters(0);

    public void Dispose()
    {
        _receiver.Dispose();
        _publisher.Dispose();
        _wire.Dispose();
    }

    [Fact]
    public void Receive_GapInTheSequence_CountsTheMissing()
    {
        Good(5);
        Good(6);
        Good(10);
        Good(11);
        for (int i = 0; i < 4; i++) _wire.NextMessage(_receiver);
        Assert.Equal((4, 3, 0), (Counters.Received, Counters.Missing, Counters.Refused));
    }

    [Fact]
    public void Receive_RepeatedOrOlder_IsRefusedAndCounted()
    {
        Good(5);
        Good(5);
        Good(4);
        Good(9, epoch: 0);
        Good(6);
        Assert.Equal(5ul, _wire.NextMessage(_receiver).Header.Sequence);
        Assert.Equal(6ul, _wire.NextMessage(_receiver).Header.Sequence);
        Assert.Equal((2, 3, 0), (Counters.Received, Counters.Replayed, Counters.Missing));
    }

    [Fact]
    public void Receive_SourceStartedAgain_IsANewEpochEvenWithoutItsFirstMessage()
    {
        Good(500);
        Good(3, epoch: 2);
        _wire.NextMessage(_receiver);
        FrameHeader header = _wire.NextMessage(_receiver).Header;
        Assert.Equal((2u, 3ul, FrameFlags.NewEpoch), (header.Epoch, header.Sequence, header.Flags));
        Assert.Equal((0, 0), (Counters.Missing, Counters.Replayed));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(9)]
    public void Receive_WrongNumberOfParts_IsMalformed(int parts)
    {
        byte[] header = Header(1, new byte[8]);
        for (int i = 0; i < parts; i++) _publisher.Send(i == 0 ? "eye\0"u8 : i == 1 ? header : new byte[8], more: i < parts - 1);
        NextIsGood();
        Assert.Equal(1, Counters.Malformed);
    }

    [Theory]
    [InlineData(0)]   // magic
    [InlineData(4)]   // version
    [InlineData(5)]   // kind
    [InlineData(7)]   // rank
    [InlineData(33)]  // a bit of the time: only the checksum sees it
    [InlineData(127)] // the checksum itself
    public void Receive_DamagedHeader_IsMalformed(int at)
    {
        byte[] header = Header(1, new byte[8]);
        header[at] ^= 0x55;
        Send("eye\0"u8, header, new byte[8]);
        NextIsGood();
        Assert.Equal(1, Counters.Malformed);
    }

    [Fact]
    public void Receive_DamagedPayload_IsMalformed()
    {
        Send("eye\0"u8, Header(1, new byte[8]), [0, 0, 0, 0, 0, 0, 0, 1]);
        NextIsGood();
        Assert.Equal(1, Counters.Malformed);
    }

    [Fact]
    public void Receive_ShortPayload_IsTruncated()
    {
        Send("eye\0"u8, Header(1, new byte[8]), new byte[7]);
        NextIsGood();
        Assert.Equal(1, Counters.Truncated);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(1_000_000)]
    public void Receive_LongPayload_IsOversized(int length)
    {
        Send("eye\0"u8, Header(1, new byte[8]), new byte[length]);
        NextIsGood();
        Assert.Equal(1, Counters.Oversized);
    }

    [Fact]
    public void Receive_DescriptorThatIsNone_IsMalformedAndTheGoodOneStays()
    {
        SendDescriptor(WireFixture.Eye.ToJson());
        Assert.Equal(ReceiveResult.Descriptor, _wire.Next(_receiver, out _));
        SendDescriptor("{\"name\":"u8.ToArray());
        SendDescriptor(WireFixture.Worldcam.ToJson());
        SendDescriptor(WireFixture.Eye.ToJson());
        NextIsGood();
        Assert.Equal(2, Counters.Malformed);
        Assert.Equal("eye", _receiver.Descriptor(0)!.Name);
    }

    [Fact]
    public void Receive_DescriptorOnTheSamplesTopicOrTheOtherWayRound_IsMalformed()
    {
        FrameHeader header = FrameHeader.Samples(DType.U8, [8], 0) with { Kind = MessageKind.Descriptor };
        byte[] part = new byte[WireFormat.HeaderLength];
        WireFormat.WriteHeader(part, header, new byte[8]);
        Send("eye\0"u8, part, new byte[8]);
        Send("eye/descriptor\0"u8, Header(1, new byte[8]), new byte[8]);
        NextIsGood();
        Assert.Equal(2, Counters.Malformed);
    }

    [Fact]
    public void Receive_DescriptorThatChanges_IsDeliveredAgain()
    {
        SendDescriptor(WireFixture.Eye.ToJson());
        SendDescriptor(WireFixture.Eye.ToJson());
        SendDescriptor((WireFixture.Eye with { RateHz = 30 }).ToJson());
        Assert.Equal(ReceiveResult.Descriptor, _wire.Next(_receiver, out _));
        Assert.Equal(60, _receiver.Descriptor(0)!.RateHz);
        Assert.Equal(ReceiveResult.Descriptor, _wire.Next(_receiver, out _));
        Assert.Equal(30, _receiver.Descriptor(0)!.RateHz);
    }

    [Fact]
    public void Receive_RandomParts_NeverThrows()
    {
        Random random = new(42);
        byte[] noise = new byte[300];
        for (int i = 0; i < 3000; i++)
        {
            random.NextBytes(noise);
            byte[] header = Header((ulong)i, new byte[8]);
            for (int flips = random.Next(4); flips > 0; flips--) header[random.Next(header.Length)] ^= (byte)(1 << random.Next(8));
            int parts = random.Next(1, 5);
            for (int p = 0; p < parts; p++)
            {
                ReadOnlySpan<byte> part = p switch
                {
                    0 => random.Next(4) == 0 ? "eye/descriptor\0"u8 : "eye\0"u8,
                    1 when random.Next(4) > 0 => header,
                    _ => noise.AsSpan(0, random.Next(3) == 0 ? 8 : random.Next(noise.Length)),
                };
                _publisher.Send(part, more: p < parts - 1);
            }
        }

        Good(1_000_000, epoch: 7);
        ReceivedMessage message;
        do message = _wire.NextMessage(_receiver);
        while (message.Header.Epoch != 7);
        Assert.InRange(Counters.Malformed, 1000, 3000);
    }

    [Fact]
    public void Wait_UntilATime_TimesOutThere()
    {
        long until = RigClock.Now + 2_500_000;
        Assert.Equal(WaitResult.TimedOut, _receiver.Wait(until));
        Assert.True(RigClock.Now >= until);
    }

    [Fact]
    public void Wait_StoppedByAnotherThread_Returns()
    {
        using CancellationTokenSource stop = new();
        using StreamReceiver receiver = new(_wire.Context, 10, stop.Token);
        Thread thread = new(stop.Cancel);
        thread.Start();
        Assert.Equal(WaitResult.Stopped, receiver.Wait(long.MaxValue));
        thread.Join();
    }

    [Fact]
    public void AddStream_Twice_Throws() => Assert.Throws<LoopRigException>(() => _receiver.AddStream("eye"));

    private static byte[] Header(ulong sequence, byte[] payload, uint epoch = 1)
    {
        byte[] part = new byte[WireFormat.HeaderLength];
        WireFormat.WriteHeader(part, WireFixture.Pupil(1) with { Sequence = sequence, Epoch = epoch }, payload);
        return part;
    }

    private void Good(ulong sequence, uint epoch = 1) => Send("eye\0"u8, Header(sequence, new byte[8], epoch), new byte[8]);

    private void NextIsGood()
    {
        Good(99);
        Assert.Equal(99ul, _wire.NextMessage(_receiver).Header.Sequence);
        Assert.Equal(1, Counters.Received);
    }

    private void SendDescriptor(byte[] json)
    {
        FrameHeader header = FrameHeader.Samples(DType.U8, [json.Length], 0) with { Kind = MessageKind.Descriptor };
        byte[] part = new byte[WireFormat.HeaderLength];
        WireFormat.WriteHeader(part, header, json);
        Send("eye/descriptor\0"u8, part, json);
    }

    private void Send(ReadOnlySpan<byte> topic, byte[] header, byte[] payload)
    {
        _publisher.Send(topic, more: true);
        _publisher.Send(header, more: true);
        _publisher.Send(payload);
    }
}
