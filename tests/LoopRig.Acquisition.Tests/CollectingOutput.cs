using System.Buffers.Binary;
using System.Runtime.InteropServices;
using LoopRig.Core;

namespace LoopRig.Acquisition.Tests;

/// <summary>Keeps every message in memory; can ask for a stop after some of them.</summary>
internal sealed class CollectingOutput(int stopAfter = int.MaxValue) : IStreamOutput, IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    internal List<CollectedMessage> Messages { get; } = [];

    /// <summary>What the source had to say.</summary>
    internal List<SourceReport> Reports { get; } = [];

    /// <summary>Messages that came although the stop was asked for.</summary>
    internal int Surplus { get; private set; }

    internal CancellationToken Stop => _stop.Token;

    public void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (Messages.Count >= stopAfter)
        {
            Surplus++;
            return;
        }

        Messages.Add(new CollectedMessage(stream, header, payload.ToArray(), RigClock.Now));
        if (Messages.Count >= stopAfter) _stop.Cancel();
    }

    public void Report(int stream, in SourceReport report) => Reports.Add(report);

    public void Dispose() => _stop.Dispose();

    internal CollectedMessage[] Of(int stream) => [.. Messages.Where(m => m.Stream == stream)];

    internal static CollectingOutput RunAll(IAdapter adapter, int stopAfter = int.MaxValue)
    {
        CollectingOutput output = new(stopAfter);
        using (adapter) adapter.Run(output, output.Stop);
        return output;
    }
}

internal sealed record CollectedMessage(int Stream, FrameHeader Header, byte[] Payload, long AtNs)
{
    internal float[] Values => MemoryMarshal.Cast<byte, float>(Payload.AsSpan(Header.TimesLength)).ToArray();

    internal long[] Times => [.. Enumerable.Range(0, Header.TimesLength / 8).Select(i => BinaryPrimitives.ReadInt64LittleEndian(Payload.AsSpan(8 * i)))];
}
