using LoopRig.Core;
using LoopRig.Recording;

namespace LoopRig.Training.Tests;

/// <summary>Writes what a source publishes into a session.</summary>
internal sealed class RecordedOutput : IStreamOutput
{
    private readonly SessionWriter _writer;
    private readonly ulong[] _sequences = new ulong[ToyRig.Streams.Length];

    public RecordedOutput(SessionWriter writer)
    {
        _writer = writer;
        foreach (StreamDescriptor stream in ToyRig.Streams)
        {
            byte[] json = stream.ToJson();
            Write(stream.Name + WireFormat.DescriptorSuffix, FrameHeader.Samples(DType.U8, [json.Length], 0) with { Kind = MessageKind.Descriptor }, json);
        }
    }

    public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
        => Write(ToyRig.Streams[stream].Name, header with { Sequence = _sequences[stream]++ }, payload);

    private void Write(string topic, FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var part = new byte[WireFormat.HeaderLength];
        WireFormat.WriteHeader(part, header, payload);
        _writer.WriteMessage(WireFormat.Topic(topic), part, payload, header.HostTimeNs);
    }
}
