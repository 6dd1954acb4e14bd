using LoopRig.Core;

namespace LoopRig.Recording;

/// <summary>
/// The device clocks of a session, from its messages in the order of the log. The recorder runs it while it writes, and a reader over what was written: the same
/// estimator over the same messages, so that both get the same numbers. Allocates when a descriptor changes.
/// </summary>
public sealed class SessionClocks
{
    private readonly RigClocks _clocks;
    private readonly List<Stream> _streams = [];
    private readonly Dictionary<ClockModel, (long FittedNs, long Resets)> _said = [];

    /// <summary>Prepares to take a session's messages.</summary>
    /// <param name="syncReference">The session's <see cref="SessionInfo.SyncReference"/>.</param>
    public SessionClocks(string? syncReference = null) => _clocks = new RigClocks([], syncReference);

    /// <summary>The device clocks. Any thread may read them.</summary>
    public IReadOnlyList<ClockModel> Devices => _clocks.Devices;

    /// <summary>Takes a message of the log.</summary>
    /// <param name="topic">Its topic, terminator included.</param>
    /// <param name="header">Its header.</param>
    /// <param name="payload">Its payload.</param>
    /// <returns>The clock that was fitted anew because of it, once a second or when it jumped; null for most messages.</returns>
    public ClockModel? Take(ReadOnlySpan<byte> topic, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.Kind == MessageKind.Descriptor)
        {
            Describe(payload);
            return null;
        }
        if (header.Kind != MessageKind.Samples || Find(topic) is not { } stream) return null;
        _clocks.Observe(stream.Clock, header, payload);
        if (stream.Clock.Device is not { } device) return null;
        var fit = device.Fit;
        if (_said.TryGetValue(device, out var said) && said == (fit.FittedNs, fit.Resets)) return null;
        _said[device] = (fit.FittedNs, fit.Resets);
        return device;
    }

    /// <summary>A device time of a stream on the rig clock, ns, as it is known now; the time itself for a stream that was not described.</summary>
    public long ToRig(ReadOnlySpan<byte> topic, long deviceNs) => Find(topic)?.Clock.ToRig(deviceNs) ?? deviceNs;

    private void Describe(ReadOnlySpan<byte> json)
    {
        foreach (var stream in _streams)
        {
            if (json.SequenceEqual(stream.Json)) return;
        }
        try
        {
            var descriptor = StreamDescriptor.FromJson(json);
            var topic = WireFormat.Topic(descriptor.Name);
            _streams.RemoveAll(s => s.Topic.AsSpan().SequenceEqual(topic));
            _streams.Add(new Stream(topic, json.ToArray(), _clocks.Add(descriptor)));
        }
        catch (LoopRigException)
        {
            // An outside publisher's mistake; its samples are still recorded.
        }
    }

    // A rig has tens of streams: comparing bytes down the list costs less than a hash and allocates nothing.
    private Stream? Find(ReadOnlySpan<byte> topic)
    {
        foreach (var stream in _streams)
        {
            if (topic.SequenceEqual(stream.Topic)) return stream;
        }
        return null;
    }

    private sealed record Stream(byte[] Topic, byte[] Json, StreamClock Clock);
}
