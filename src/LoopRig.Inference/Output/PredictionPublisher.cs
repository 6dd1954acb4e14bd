using System.Runtime.InteropServices;
using LoopRig.Core;
using LoopRig.Native.Wire;
using LoopRig.Native.Zmq;

namespace LoopRig.Inference;

/// <summary>
/// Sends predictions over ZeroMQ and leaves each one, verbatim, with the recorder; before a network's first one its descriptor, so that the session says
/// which unit each value belongs to. The loop's thread uses it.
/// </summary>
public sealed class PredictionPublisher : IDisposable
{
    private readonly StreamPublisher _publisher;
    private readonly ISessionSink _sink;
    private readonly byte[] _descriptorTopic;
    private readonly byte[] _descriptorHeader = new byte[WireFormat.HeaderLength];
    private LoadedNetwork _network;
    private ulong _described;
    private bool _isDescribed;
    private bool _newEpoch;

    /// <summary>Binds the socket.</summary>
    /// <param name="context">The process's ZeroMQ context.</param>
    /// <param name="endpoint">Where to bind, such as <c>tcp://127.0.0.1:5600</c>.</param>
    /// <param name="network">The network whose predictions it will send.</param>
    /// <param name="sink">The recorder.</param>
    /// <exception cref="DeviceException">The port is in use.</exception>
    public PredictionPublisher(ZmqContext context, string endpoint, LoadedNetwork network, ISessionSink sink)
    {
        _publisher = new StreamPublisher(context, [network.Descriptor], new StreamPublisherOptions { Endpoint = endpoint });
        (_network, _sink) = (network, sink);
        _descriptorTopic = WireFormat.Topic(network.Descriptor.Name + WireFormat.DescriptorSuffix);
    }

    /// <summary>Where subscribers connect.</summary>
    public string Endpoint => _publisher.Endpoint;

    /// <summary>The sequence number of the next prediction.</summary>
    public ulong NextSequence => (ulong)_publisher.Sent(0);

    /// <summary>How many subscribers the predictions have now. Any thread may ask.</summary>
    public int Subscribers => _publisher.Subscribers(0);

    /// <summary>Waits until the predictions have this many subscribers; false when the stop came first.</summary>
    public bool WaitForSubscribers(int count, CancellationToken stop) => _publisher.WaitForSubscribers(0, count, stop);

    /// <summary>Names the network whose predictions follow: its descriptor goes out at once, and the change is a new epoch.</summary>
    public void Use(LoadedNetwork network)
    {
        _network = network;
        _newEpoch = true;
        _isDescribed = false;
        _publisher.Redescribe(0, network.Descriptor, network.DescriptorJson);
    }

    /// <summary>Sends one prediction.</summary>
    /// <param name="bin">The bin that it was computed from.</param>
    /// <param name="flags">What happened to the bin.</param>
    /// <param name="values">One value a unit.</param>
    /// <param name="clock">Where the time is read.</param>
    /// <returns>When ZeroMQ had the message, ns on the rig clock.</returns>
    public long Send(Bin bin, BinFlags flags, ReadOnlySpan<float> values, IClock clock)
    {
        var payload = MemoryMarshal.AsBytes(values);
        ref readonly var leading = ref bin.Streams[Math.Max(0, _network.Assembler.LeadingStream)].Range;
        var header = new FrameHeader
        {
            Kind = MessageKind.Prediction,
            DType = DType.F32,
            Rank = 1,
            Flags = FrameFlagsOf(flags) | (_newEpoch ? FrameFlags.NewEpoch : FrameFlags.None),
            DeviceTimeNs = bin.EndNs,
            HostTimeNs = clock.Now,
            BinStartNs = bin.StartNs,
            BinEndNs = bin.EndNs,
            FirstInput = leading.Count > 0 ? leading.FirstSequence : 0,
            LastInput = leading.Count > 0 ? leading.LastSequence : 0,
        };
        header.Shape[0] = (uint)values.Length;
        _newEpoch = false;
        _publisher.Publish(0, header, payload);
        var sentNs = clock.Now;
        if (!_isDescribed)
        {
            RecordDescriptor(sentNs);
            _isDescribed = true;
        }
        _sink.Message(_publisher.Topic(0), _publisher.LastHeader, payload);
        return sentNs;
    }

    /// <summary>Closes the socket; messages not yet sent get half a second.</summary>
    public void Dispose() => _publisher.Dispose();

    // After the hand-over, so that it costs the prediction nothing, and with the epoch that the prediction went out in.
    private void RecordDescriptor(long nowNs)
    {
        _ = WireFormat.TryReadHeader(_publisher.LastHeader, out var sent);
        var json = _network.DescriptorJson.Span;
        var header = new FrameHeader
        {
            Kind = MessageKind.Descriptor,
            DType = DType.U8,
            Rank = 1,
            Epoch = sent.Epoch,
            Sequence = _described++,
            DeviceTimeNs = nowNs,
            HostTimeNs = nowNs,
        };
        header.Shape[0] = (uint)json.Length;
        WireFormat.WriteHeader(_descriptorHeader, header, json);
        _sink.Message(_descriptorTopic, _descriptorHeader, json);
    }

    private static FrameFlags FrameFlagsOf(BinFlags flags) =>
        ((flags & BinFlags.Fallback) != 0 ? FrameFlags.Fallback : FrameFlags.None)
        | ((flags & BinFlags.WarmUp) != 0 ? FrameFlags.WarmUp : FrameFlags.None)
        | ((flags & BinFlags.Degraded) != 0 ? FrameFlags.Degraded : FrameFlags.None);
}
