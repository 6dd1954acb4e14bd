using LoopRig.Core;

namespace LoopRig.Acquisition;

/// <summary>
/// Notices that a device's clock began again or jumped. Messages may be late, by seconds if the host was busy, but never early: a device time that
/// runs back by more than a millisecond, or comes a second earlier than any message of late could have come, is a jump.
/// </summary>
internal sealed class DeviceClockWatch
{
    private const long JumpNs = RigClock.SecondNs;
    private const long LateNs = RigClock.MillisecondNs; // within it, messages of one device may overtake one another
    private const long WindowNs = 10 * RigClock.SecondNs; // drift of 100 ppm in it is a millisecond
    private bool _known;
    private long _lastNs;
    private long _least;
    private long _leastBefore;
    private long _windowStartNs;

    internal void Forget() => _known = false;

    /// <summary>Whether a message comes after one that is a little younger: no jump, but too late to be taken in order.</summary>
    internal bool IsOvertaken(long deviceNs) => _known && deviceNs < _lastNs && deviceNs >= _lastNs - LateNs;

    /// <summary>Takes a message's times.</summary>
    /// <param name="deviceNs">ns on the device's clock</param>
    /// <param name="hostNs">when it came, ns on the rig clock</param>
    /// <param name="jumpNs">how far the clock jumped; 0 if it did not</param>
    internal bool Jumped(long deviceNs, long hostNs, out long jumpNs)
    {
        long offset = hostNs - deviceNs;
        long expected = Math.Min(_least, _leastBefore);
        jumpNs = 0;
        if (_known && (deviceNs < _lastNs || offset < expected - JumpNs)) jumpNs = expected - offset;
        if (!_known || jumpNs != 0) (_known, _least, _leastBefore, _windowStartNs) = (true, offset, offset, hostNs);
        else if (hostNs - _windowStartNs < WindowNs) _least = Math.Min(_least, offset);
        else (_leastBefore, _least, _windowStartNs) = (_least, offset, hostNs);
        _lastNs = deviceNs;
        return jumpNs != 0;
    }
}
