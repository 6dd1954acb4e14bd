namespace LoopRig.Core;

/// <summary>
/// The clocks of a set of streams: one model for each device clock, by its name, however many streams it stamps. Where a stream of shared pulses is named, every
/// device clock that sees the same pulses (a stream with a channel <c>sync</c>) is tied to that stream's clock.
/// </summary>
public sealed class RigClocks
{
    private readonly string? _syncReference;
    private readonly List<StreamClock> _streams = [];
    private readonly List<(StreamClock Stream, PulseMatcher Matcher)> _followers = [];
    private readonly StreamClock _rig;
    private ClockModel[] _devices = [];
    private StreamClock? _reference;
    private long _referenceResets;

    /// <summary>Makes a model for every device clock of the streams.</summary>
    /// <param name="streams">The streams.</param>
    /// <param name="syncReference">The stream whose pulses the others are matched with; null where there are none.</param>
    public RigClocks(IReadOnlyList<StreamDescriptor> streams, string? syncReference = null)
    {
        _syncReference = syncReference;
        _rig = new StreamClock(new StreamDescriptor { Name = "rig", Kind = StreamKind.Event, DType = DType.U8, Shape = [0] }, null);
        foreach (var stream in streams)
        {
            Add(stream);
        }
    }

    /// <summary>A stream's clock.</summary>
    public StreamClock this[int stream] => _streams[stream];

    /// <summary>The device clocks, in the order of their first streams. Any thread may read them.</summary>
    public IReadOnlyList<ClockModel> Devices => Volatile.Read(ref _devices);

    /// <summary>Adds a stream, and its clock's model if it is the clock's first.</summary>
    public StreamClock Add(StreamDescriptor stream)
    {
        var device = stream.ClockId == 0 ? null : Device(stream);
        var clock = new StreamClock(stream, device);
        _streams.Add(clock);
        if (_syncReference is null || !clock.HasPulses)
        {
            return clock;
        }
        if (stream.Name == _syncReference)
        {
            _reference = clock;
            foreach (var (follower, matcher) in _followers)
            {
                follower.Device!.Tie(matcher, clock);
            }
        }
        else if (device is not null && !_followers.Exists(f => f.Stream.Device == device))
        {
            _followers.Add((clock, new PulseMatcher()));
            device.Tie(_followers[^1].Matcher, _reference ?? _rig);
        }
        return clock;
    }

    /// <summary>Takes a message of a stream: when it was in the host's hand, and the pulses in it.</summary>
    public void Observe(StreamClock stream, in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        stream.Observe(header);
        if (_syncReference is null || !stream.HasPulses)
        {
            return;
        }
        if (stream == _reference)
        {
            ObserveReference(header, payload);
            return;
        }
        foreach (var (follower, matcher) in _followers)
        {
            if (follower == stream && follower.Device != _reference?.Device)
            {
                for (stream.BeginPulses(header, payload); stream.NextPulse(header, payload, out var deviceNs, out var resolutionNs);)
                {
                    matcher.Add(deviceNs, resolutionNs);
                }
            }
        }
    }

    private void ObserveReference(in FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (_reference!.Device is { } device && device.Resets != _referenceResets)
        {
            _referenceResets = device.Resets;
            foreach (var (_, matcher) in _followers)
            {
                matcher.RestartReference();
            }
        }
        for (_reference.BeginPulses(header, payload); _reference.NextPulse(header, payload, out var referenceNs, out var resolutionNs);)
        {
            foreach (var (_, matcher) in _followers)
            {
                matcher.AddReference(referenceNs, resolutionNs);
            }
        }
    }

    private ClockModel Device(StreamDescriptor stream)
    {
        var device = Array.Find(_devices, d => d.Name == stream.Clock);
        if (device is null)
        {
            device = new ClockModel(stream.Clock, new ClockId(stream.ClockId));
            Volatile.Write(ref _devices, [.. _devices, device]);
        }
        device.DeclareWrap(stream.ClockWrapNs);
        return device;
    }
}
