namespace LoopRig.Core;

/// <summary>One stream's view of the clock that stamps it: what is the stream's own (its latency, its last time), and the model, which it may share with others.</summary>
public sealed class StreamClock
{
    private const long FloorWindowNs = 10 * RigClock.SecondNs;
    private readonly long _latencyNs;
    private readonly PulseEdges? _edges;
    private long _lastNs;
    private long _lastSegment = -1;
    private bool _seen;
    private uint _epoch;
    private long _windowStartNs;
    private double _windowLeast;
    private double _previousLeast;

    /// <summary>Looks at a clock for one stream.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="device">Its device clock's model; null for a stream on the rig clock.</param>
    public StreamClock(StreamDescriptor stream, ClockModel? device)
    {
        Device = device;
        _edges = PulseEdges.For(stream);
        // A count's device time is the start of its bin: it cannot be handed over before the bin's end.
        _latencyNs = Math.Max(stream.LatencyNs, stream.BinNs);
    }

    /// <summary>The device clock's model; null for a stream that is on the rig clock.</summary>
    public ClockModel? Device { get; }

    /// <summary>Takes note of when a message was in the host's hand.</summary>
    /// <param name="header">The message's header; of a block the device time is its last sample's.</param>
    public void Observe(in FrameHeader header)
    {
        if (Device is null)
        {
            return;
        }
        var fresh = _seen && header.Epoch != _epoch;
        (_seen, _epoch) = (true, header.Epoch);
        Device.Observe(this, header.DeviceTimeNs, header.HostTimeNs - _latencyNs, fresh);
    }

    /// <summary>Whether the stream has a channel of shared pulses.</summary>
    internal bool HasPulses => _edges is not null;

    /// <summary>Begins to look for pulses in a message.</summary>
    internal void BeginPulses(in FrameHeader header, ReadOnlySpan<byte> payload) => _edges!.Begin(header, payload);

    /// <summary>The message's next pulse, ns on the stream's clock, and by how much that may be wrong.</summary>
    internal bool NextPulse(in FrameHeader header, ReadOnlySpan<byte> payload, out long deviceNs, out long resolutionNs)
    {
        if (!_edges!.Next(header, payload, out deviceNs, out resolutionNs))
        {
            return false;
        }
        deviceNs = Device?.Unwrap(deviceNs) ?? deviceNs;
        return true;
    }

    /// <summary>A device time on the rig clock, ns.</summary>
    public long ToRig(long deviceNs) => Device is null ? deviceNs : Device.ToRig(deviceNs);

    /// <summary>What the error of a converted time is below in at least 95 % of seconds, ns; 0 on the rig clock.</summary>
    public double UncertaintyNs(long deviceNs) => Device is null ? 0 : Device.UncertaintyNs(deviceNs);

    /// <summary>By how much even this stream's quickest messages of the last 10 to 20 s lag behind the clock: an undeclared latency of its own.</summary>
    internal double FloorNs => Math.Max(0, Math.Min(_windowLeast, _previousLeast));

    internal bool GoesBack(long deviceNs, long segment) => segment == _lastSegment && deviceNs < _lastNs;

    internal void Accept(long deviceNs, long segment) => (_lastNs, _lastSegment) = (deviceNs, segment);

    internal void NoteExcess(double excessNs, long hostNs)
    {
        if (_windowStartNs == 0 || hostNs - _windowStartNs >= FloorWindowNs)
        {
            _previousLeast = _windowStartNs == 0 ? excessNs : _windowLeast;
            (_windowStartNs, _windowLeast) = (hostNs, excessNs);
        }
        _windowLeast = Math.Min(_windowLeast, excessNs);
    }
}
