namespace LoopRig.Core;

/// <summary>Where an adapter hands its samples over. One output belongs to one adapter's thread.</summary>
public interface IStreamOutput
{
    /// <summary>
    /// Sends one sample or block. The caller sets kind, dtype, rank, shape, device time, clock and <see cref="FrameFlags.NewEpoch"/>; the output
    /// sets sequence, epoch, payload length, and the host time where it is 0. The payload is copied before the call returns.
    /// </summary>
    /// <param name="stream">The index of the stream in the adapter's <see cref="IAdapter.Streams"/>.</param>
    /// <param name="header">What the sample is.</param>
    /// <param name="payload">Packed little-endian data, the samples' times in front where the flags say so.</param>
    /// <exception cref="DeviceException">The recorder did not take the sample within 2 s: the run must stop.</exception>
    void Publish(int stream, in FrameHeader header, ReadOnlySpan<byte> payload);

    /// <summary>Tells of an event at the source; rare, so it may allocate. It reaches the session, the summary and the terminal.</summary>
    /// <param name="stream">The index of the stream that it concerns.</param>
    /// <param name="report">What happened.</param>
    void Report(int stream, in SourceReport report)
    {
    }
}

/// <summary>A source of streams: one device, file or program. Small, and without knowledge of what is done with its samples.</summary>
public interface IAdapter : IDisposable
{
    /// <summary>The adapter's name in the rig's configuration.</summary>
    string Name { get; }

    /// <summary>What it publishes. Known before <see cref="Run"/>.</summary>
    IReadOnlyList<StreamDescriptor> Streams { get; }

    /// <summary>Samples that the adapter knows it lost before it could publish them.</summary>
    long Drops { get; }

    /// <summary>Publishes until the source ends or <paramref name="stop"/> is signalled. Runs on a thread of its own.</summary>
    /// <exception cref="DeviceException">The source failed.</exception>
    void Run(IStreamOutput output, CancellationToken stop);
}
