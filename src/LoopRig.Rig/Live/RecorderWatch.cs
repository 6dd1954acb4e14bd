using LoopRig.Core;
using LoopRig.Inference;

namespace LoopRig.Rig.Live;

/// <summary>
/// Watches the streams that the loop does not receive (large pictures that no network needs; all of them in a rig without a network) where they do arrive:
/// at the recorder. That edge loses nothing, so that there are no drops to see, but gaps, frozen pictures, scatter and jumping clocks are.
/// </summary>
internal sealed class RecorderWatch : IMessageObserver
{
    private readonly StreamMonitor _monitor;
    private readonly FaultWatch _faults;
    private readonly byte[]?[] _topics;
    private readonly uint[] _epochs;
    private readonly long[] _lastNs;

    /// <summary>Watches every stream that has a topic here.</summary>
    /// <param name="streams">The session's stream table.</param>
    /// <param name="isReceived">Whether the loop receives, and so watches, a stream itself.</param>
    /// <param name="events">Where faults are told.</param>
    public RecorderWatch(IReadOnlyList<StreamDescriptor> streams, Func<StreamDescriptor, bool> isReceived, RigEvents events)
    {
        _monitor = new StreamMonitor(streams);
        _faults = new FaultWatch(streams, _monitor, events);
        _topics = [.. streams.Select(s => isReceived(s) ? null : WireFormat.Topic(s.Name))];
        (_epochs, _lastNs) = (new uint[streams.Count], new long[streams.Count]);
    }

    /// <inheritdoc/>
    public void Seen(ReadOnlySpan<byte> topic, in FrameHeader header, ReadOnlySpan<byte> payload, long receivedNs)
    {
        for (var i = 0; i < _topics.Length; i++)
        {
            if (_topics[i] is { } own && topic.SequenceEqual(own))
            {
                var marked = header;
                if (header.Epoch != _epochs[i])
                {
                    marked.Flags |= FrameFlags.NewEpoch;
                    _epochs[i] = header.Epoch;
                }
                _monitor.Look(i, marked, payload, receivedNs, 0);
                Volatile.Write(ref _lastNs[i], receivedNs);
                return;
            }
        }
    }

    /// <summary>From now on the streams should come.</summary>
    public void Begin() => _faults.Begin(RigClock.Now);

    /// <summary>Nothing need come any more; what lasts is over.</summary>
    public void End()
    {
        _faults.End(RigClock.Now);
        Look();
    }

    /// <summary>Tells of what happened since the last look.</summary>
    public void Look()
    {
        var now = RigClock.Now;
        for (var i = 0; i < _topics.Length; i++)
        {
            if (_topics[i] is not null)
            {
                _faults.CheckSilence(i, Volatile.Read(ref _lastNs[i]), now);
            }
        }
        _faults.Look(now);
    }
}
