namespace LoopRig.Core;

/// <summary>
/// A device clock against the rig clock: first version, an offset alone. The offset is the smallest host minus device time of the last 10 to 20 s, so that
/// the transport's delay makes it too late rather than too early, jitter does not move it, drift is followed (50 ppm are 1 ms in 20 s) and a glitch is
/// forgotten. Drift and an uncertainty of its own come with the clock work.
/// </summary>
/// <param name="isRigClock">The device stamps with the rig clock itself: the offset stays 0.</param>
public sealed class ClockModel(bool isRigClock)
{
    private const long WindowNs = 10 * RigClock.SecondNs;
    private bool _seen;
    private uint _epoch;
    private long _windowStartNs;
    private long _windowLeast;
    private long _previousLeast;

    /// <summary>Rig time minus device time, ns.</summary>
    public long OffsetNs { get; private set; }

    /// <summary>Takes note of when a device time was in the host's hand.</summary>
    /// <param name="deviceNs">The device's time, ns.</param>
    /// <param name="hostNs">The rig time of the hand-over, ns.</param>
    /// <param name="epoch">The source's epoch: a restarted device may have a new offset.</param>
    public void Observe(long deviceNs, long hostNs, uint epoch)
    {
        if (isRigClock)
        {
            return;
        }
        var offset = hostNs - deviceNs;
        if (!_seen || epoch != _epoch)
        {
            (_seen, _epoch) = (true, epoch);
            (_windowStartNs, _windowLeast, _previousLeast) = (hostNs, offset, offset);
        }
        else if (hostNs - _windowStartNs >= WindowNs)
        {
            (_windowStartNs, _windowLeast, _previousLeast) = (hostNs, offset, _windowLeast);
        }
        else
        {
            _windowLeast = Math.Min(_windowLeast, offset);
        }
        OffsetNs = Math.Min(_windowLeast, _previousLeast);
    }

    /// <summary>A device time on the rig clock, ns.</summary>
    public long ToRig(long deviceNs) => deviceNs + OffsetNs;
}
