using LoopRig.Core;

namespace LoopRig.Acquisition.Tests;

/// <summary>Keeps every message and every report.</summary>
internal sealed class ReportingOutput : IStreamOutput, IDisposable
{
    private readonly CollectingOutput _messages = new();

    internal List<SourceReport> Reports { get; } = [];

    public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload) => _messages.Publish(stream, header, payload);

    public void Report(int stream, in SourceReport report) => Reports.Add(report);

    public void Dispose() => _messages.Dispose();

    internal CollectedMessage[] Of(int stream) => _messages.Of(stream);
}
