using LoopRig.Core;
using LoopRig.Inference;
using LoopRig.Native.Wire;

namespace LoopRig.Rig.Live;

/// <summary>
/// What an adapter of this process writes to: its publisher, and for what it reports the rig's events and faults. In a process of its own it sends its
/// reports as messages of a stream too (<see cref="ReportStream"/>): the recorder gets them on its lossless edge, the rig's process makes events of them.
/// </summary>
internal sealed class SourceOutput(IAdapter adapter, StreamPublisher publisher, RigEvents events, bool isAlone) : IFaultyOutput
{
    private readonly Lock _gate = new(); // reports may come from a reader's thread beside the adapter's

    /// <inheritdoc/>
    public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload) => publisher.Publish(stream, header, payload);

    /// <inheritdoc/>
    public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload, WireFault fault) => publisher.Publish(stream, header, payload, fault);

    /// <inheritdoc/>
    public void Report(int stream, in SourceReport report)
    {
        var name = adapter.Streams[stream].Name;
        ReportStream.Post(events, name, report);
        if (!isAlone)
        {
            return;
        }
        var json = ReportStream.ToJson(name, report);
        var header = FrameHeader.Samples(DType.U8, [json.Length], report.EndNs);
        header.Kind = MessageKind.Event;
        lock (_gate)
        {
            publisher.Publish(adapter.Streams.Count, header, json);
        }
    }
}
