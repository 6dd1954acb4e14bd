using LoopRig.Core;

namespace LoopRig.Inference;

/// <summary>A stream of records that goes into the session alone, as a published one would lie there. One thread writes; nothing is allocated.</summary>
internal sealed class RecordedStream
{
    private readonly StreamDescriptor _descriptor;
    private readonly ISessionSink _sink;
    private readonly byte[] _topic, _descriptorTopic, _descriptorJson;
    private readonly byte[] _header = new byte[WireFormat.HeaderLength];
    private ulong _sequence;

    /// <summary>Prepares it.</summary>
    public RecordedStream(StreamDescriptor descriptor, ISessionSink sink)
    {
        (_descriptor, _sink) = (descriptor, sink);
        _descriptorJson = descriptor.ToJson();
        (_topic, _descriptorTopic) = (WireFormat.Topic(descriptor.Name), WireFormat.Topic(descriptor.Name + WireFormat.DescriptorSuffix));
    }

    /// <summary>Records one sample; before the first one, what the stream is.</summary>
    public void Write(ReadOnlySpan<byte> payload, long timeNs)
    {
        if (_sequence == 0)
        {
            Write(_descriptorTopic, MessageKind.Descriptor, DType.U8, _descriptorJson.Length, 0, _descriptorJson, timeNs);
        }
        Write(_topic, MessageKind.Samples, _descriptor.DType, _descriptor.Shape[0], _sequence++, payload, timeNs);
    }

    private void Write(byte[] topic, MessageKind kind, DType type, int length, ulong sequence, ReadOnlySpan<byte> payload, long timeNs)
    {
        var header = FrameHeader.Samples(type, [length], timeNs);
        (header.Kind, header.HostTimeNs, header.Sequence) = (kind, timeNs, sequence);
        WireFormat.WriteHeader(_header, header, payload);
        _sink.Message(topic, _header, payload);
    }
}
