using LoopRig.Core;
using LoopRig.Native.LibC;

namespace LoopRig.Acquisition;

/// <summary>
/// Lays a recording's own times, counted from its first sample, on the rig clock: the first sample is due when the playback starts, every other one its
/// recorded interval later. When the recording starts over, a new epoch begins and time goes on.
/// </summary>
internal sealed class PlaybackClock : IDisposable
{
    private readonly Pacer _pacer;
    private readonly bool _realTime;
    private long _startNs;

    internal PlaybackClock(Pace pace, CancellationToken stop)
    {
        _realTime = pace == Pace.RealTime;
        _pacer = new Pacer(stop);
        _startNs = RigClock.Now;
    }

    /// <summary>Marks the messages of the recording's first sample after it has started over.</summary>
    internal FrameFlags EpochFlag { get; private set; }

    public void Dispose() => _pacer.Dispose();

    /// <summary>Rig time of a sample, ns.</summary>
    internal long ToRig(long offsetNs) => _startNs + offsetNs;

    /// <summary>Waits until a sample is due; false when the stop came first.</summary>
    internal bool WaitUntilDue(long offsetNs) => _pacer.WaitUntil(_realTime ? ToRig(offsetNs) : 0);

    /// <summary>Sets a message's times and epoch mark.</summary>
    /// <param name="header">the message's header</param>
    /// <param name="offsetNs">the sample's own time</param>
    /// <param name="dueNs">when it is due, at the earliest its own time</param>
    internal void Stamp(ref FrameHeader header, long offsetNs, long dueNs)
    {
        header.DeviceTimeNs = ToRig(offsetNs);
        header.HostTimeNs = _realTime ? 0 : ToRig(dueNs); // 0: the output takes the time of the hand-over
        header.Flags = (header.Flags & ~FrameFlags.NewEpoch) | EpochFlag;
    }

    /// <summary>The messages of the recording's first sample are out.</summary>
    internal void EndFirstSample() => EpochFlag = FrameFlags.None;

    /// <summary>The recording starts over after this much time.</summary>
    internal void StartOver(long lengthNs)
    {
        _startNs += lengthNs;
        EpochFlag = FrameFlags.NewEpoch;
    }
}
