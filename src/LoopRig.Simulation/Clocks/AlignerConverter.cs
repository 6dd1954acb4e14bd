using LoopRig.Core;

namespace LoopRig.Simulation;

/// <summary>The live path: messages go into the aligner, bins are closed as they fall due, times are those that the aligner sorts by.</summary>
public sealed class AlignerConverter : IClockConverter
{
    private readonly Bin _bin;
    private long _receivedNs = long.MinValue;

    /// <summary>Aligns streams in bins of 48 ms that wait 60 ms for a block of the slowest sensor.</summary>
    public AlignerConverter(IReadOnlyList<StreamDescriptor> streams)
    {
        Aligner = new BinAligner(BinSpec.Default with { LatenessNs = 60 * RigClock.MillisecondNs }, streams, [.. streams.Select(static _ => true)]);
        _bin = new Bin(streams);
    }

    /// <summary>The aligner.</summary>
    public BinAligner Aligner { get; }

    /// <summary>Bins closed.</summary>
    public long Bins { get; private set; }

    /// <inheritdoc/>
    public void Take(int stream, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        _receivedNs = header.HostTimeNs;
        Aligner.Add(stream, header, payload);
        while (Aligner.TryClose(_receivedNs, _receivedNs, _bin))
            Bins++;
    }

    /// <inheritdoc/>
    public long ToRig(int stream, long deviceNs) => Aligner.Clocks[stream].ToRig(deviceNs);

    /// <inheritdoc/>
    public double UncertaintyNs(int stream, long deviceNs) => Aligner.Clocks[stream].UncertaintyNs(deviceNs);
}
