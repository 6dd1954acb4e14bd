using LoopRig.Core;

namespace LoopRig.Benchmarks;

/// <summary>Takes the loop's records in the recorder's stead: the latency of each bin past the warm-up, and what went wrong.</summary>
internal sealed class LoopSink(FrameClock clock) : ISessionSink
{
    /// <summary>From the receipt of the frame that closed the bin to the hand-over to ZeroMQ.</summary>
    public LatencyHistogram Latency { get; } = new();

    public long Fallbacks { get; private set; }

    public void Bin(in BinRecord bin, ReadOnlySpan<SampleRange> streams)
    {
        if (clock.TryMeasure(bin.EndNs, bin.SentNs, out _, out _))
        {
            Latency.Record(bin.SentNs - bin.ClosedNs);
            Fallbacks += (bin.Flags & BinFlags.Fallback) != 0 ? 1 : 0;
        }
    }

    public void Message(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
    }

    public void Event(ReadOnlySpan<byte> json)
    {
    }
}
