using LoopRig.Core;
using LoopRig.Native.Wire;
using LoopRig.Native.Zmq;

namespace LoopRig.Native.Tests.Wire;

/// <summary>One context, and receivers that give up after 20 s instead of hanging.</summary>
internal sealed class WireFixture : IDisposable
{
    internal ZmqContext Context { get; } = new();

    internal byte[] Slot { get; } = new byte[8192];

    internal static StreamDescriptor Eye => new()
    {
        Name = "eye",
        Kind = StreamKind.Vector,
        DType = DType.F32,
        Shape = [2],
        Channels = [BehaviourVariables.PupilX, BehaviourVariables.PupilY],
        Units = ["px"],
        RateHz = 60,
    };

    internal static StreamDescriptor Worldcam => new() { Name = "worldcam", Kind = StreamKind.Image, DType = DType.U8, Shape = [60, 80], RateHz = 60 };

    internal StreamPublisher Publish(string endpoint, params StreamDescriptor[] streams)
        => new(Context, streams, new StreamPublisherOptions { Endpoint = endpoint });

    internal StreamReceiver Receive(StreamPublisher publisher, CancellationToken stop, params string[] streams)
    {
        StreamReceiver receiver = new(Context, 1000, stop);
        foreach (string stream in streams) receiver.AddStream(stream);
        receiver.Connect(publisher.Endpoint);
        for (int i = 0; i < streams.Length; i++) publisher.WaitForSubscribers(i, 1, stop);
        return receiver;
    }

    /// <summary>The next result that is neither empty nor passed over.</summary>
    internal ReceiveResult Next(StreamReceiver receiver, out ReceivedMessage message)
    {
        long until = RigClock.Now + (20 * RigClock.SecondNs);
        while (true)
        {
            ReceiveResult result = receiver.Receive(Slot, out message);
            if (result is ReceiveResult.Message or ReceiveResult.Descriptor) return result;
            if (result == ReceiveResult.Empty && receiver.Wait(until) != WaitResult.Ready) throw new TimeoutException("no message within 20 s");
        }
    }

    internal ReceivedMessage NextMessage(StreamReceiver receiver)
    {
        ReceivedMessage message;
        while (Next(receiver, out message) != ReceiveResult.Message)
        {
        }

        return message;
    }

    internal static FrameHeader Pupil(long deviceNs) => FrameHeader.Samples(DType.F32, [2], deviceNs);

    public void Dispose() => Context.Dispose();
}
