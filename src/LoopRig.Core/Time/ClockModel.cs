namespace LoopRig.Core;

/// <summary>
/// A device clock against the rig clock: first version, an offset alone. The offset is the smallest host minus device time of the epoch, so that the
/// transport's delay makes it too late rather than too early and jitter does not move it; drift and an uncertainty come with the clock work.
/// </summary>
/// <param name="isRigClock">The device stamps with the rig clock itself: the offset stays 0.</param>
public sealed class ClockModel(bool isRigClock)
{
    private bool _seen;
    private uint _epoch;

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
        if (!_seen || epoch != _epoch || offset < OffsetNs)
        {
            OffsetNs = offset;
        }
        (_seen, _epoch) = (true, epoch);
    }

    /// <summary>A device time on the rig clock, ns.</summary>
    public long ToRig(long deviceNs) => deviceNs + OffsetNs;
}
