using LoopRig.Core;

namespace LoopRig.Recording.Tests;

/// <summary>Wire messages as adapters make them.</summary>
internal static class Messages
{
    public const long Ms = RigClock.MillisecondNs;

    public static (byte[] Topic, byte[] Header, byte[] Payload) Frame(string stream, ulong sequence, long hostNs, int bytes = 64, MessageKind kind = MessageKind.Samples)
    {
        var payload = new byte[bytes];
        new Random((int)sequence).NextBytes(payload);
        return Pack(stream, FrameHeader.Samples(DType.U8, [bytes], hostNs) with { Kind = kind, Sequence = sequence, HostTimeNs = hostNs }, payload);
    }

    public static (byte[] Topic, byte[] Header, byte[] Payload) Descriptor(StreamDescriptor descriptor, long hostNs)
    {
        var json = descriptor.ToJson();
        return Pack(descriptor.Name + WireFormat.DescriptorSuffix, FrameHeader.Samples(DType.U8, [json.Length], hostNs) with { Kind = MessageKind.Descriptor, HostTimeNs = hostNs }, json);
    }

    public static (byte[] Topic, byte[] Header, byte[] Payload) Pack(string stream, FrameHeader header, byte[] payload)
    {
        var part = new byte[WireFormat.HeaderLength];
        WireFormat.WriteHeader(part, header, payload);
        return (WireFormat.Topic(stream), part, payload);
    }

    public static void Write(this IRecordOutput output, (byte[] Topic, byte[] Header, byte[] Payload) message, long timeNs)
        => output.WriteMessage(message.Topic, message.Header, message.Payload, timeNs);

    /// <summary>A closed session of so many messages of one stream, all in one segment.</summary>
    public static void Session(string folder, int messages, int bytes = 64)
    {
        using var writer = new SessionWriter(folder, new SessionInfo { InputStreams = ["cam"] });
        for (var i = 0; i < messages; i++)
        {
            writer.Write(Frame("cam", (ulong)i, i * Ms, bytes), i * Ms);
        }
        writer.Close();
    }
}
