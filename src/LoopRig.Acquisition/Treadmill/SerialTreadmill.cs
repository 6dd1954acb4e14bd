using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>A treadmill on a serial line: its raw counts with the device's own times, and what <see cref="TreadmillProcessor"/> makes of them.</summary>
public sealed class SerialTreadmill : IAdapter
{
    private readonly TreadmillProcessor _processor;
    private readonly EncoderFeed _feed;
    private readonly SerialSource _source;

    /// <summary>Opens the port.</summary>
    /// <param name="treadmill">The treadmill.</param>
    /// <param name="serial">The line.</param>
    /// <param name="protocol">What the device speaks.</param>
    /// <exception cref="DeviceException">An option is out of range, or the port cannot be opened.</exception>
    public SerialTreadmill(TreadmillOptions treadmill, SerialOptions serial, EncoderProtocol protocol)
    {
        Name = treadmill.Name;
        StreamDescriptor counts = EncoderFeed.Describe(treadmill.Name, serial.Path, protocol.Clock ?? treadmill.Name) with
        {
            LatencyNs = (long)(protocol.LatencyMs * RigClock.MillisecondNs),
        };
        _processor = new TreadmillProcessor(treadmill, counts);
        _feed = new EncoderFeed($"{treadmill.Name} ({serial.Path})", _processor, counts, protocol.SyncPulses);
        Streams = protocol.SyncPulses ? [_processor.Streams[0], counts, EncoderFeed.DescribePulses(treadmill.Name, counts)] : [_processor.Streams[0], counts];
        _source = new SerialSource(serial, protocol.Harp is { } harp ? new HarpEncoder(_feed, harp, treadmill.CounterBits) : new LineEncoder(_feed, protocol.Device, treadmill.CounterBits));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<StreamDescriptor> Streams { get; }

    /// <summary>Readings that the device numbered and that never came.</summary>
    public long Drops => _feed.Drops;

    /// <inheritdoc/>
    public void Run(IStreamOutput output, CancellationToken stop) => _source.Run(output, stop);

    /// <summary>Closes the port.</summary>
    public void Dispose()
    {
        _source.Dispose();
        _processor.Dispose();
    }
}
