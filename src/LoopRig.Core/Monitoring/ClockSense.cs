namespace LoopRig.Core;

/// <summary>
/// Sees a device's time begin again or jump. A message may be held up by any time, but a queue shows no more than one period at each message; and nothing
/// arrives before it was taken. So time that runs back is a jump, and so is time that runs ahead of the arrivals to below the least delay ever seen.
/// </summary>
internal sealed class ClockSense
{
    private const long WindowNs = 10 * RigClock.SecondNs;
    private const long LeastJumpNs = 50 * RigClock.MillisecondNs;
    private const long SettledNs = 2 * RigClock.SecondNs;
    private const int SettledMessages = 20;

    private long _sinceNs = long.MinValue;
    private int _messages;
    private long _windowStartNs;
    private long _windowLeast;
    private long _previousLeast;

    /// <summary>The least arrival minus device time of the last 10 to 20 s, ns: drift is followed, jitter is not.</summary>
    public long OffsetNs => Math.Min(_windowLeast, _previousLeast);

    /// <summary>Takes the times of a message.</summary>
    /// <param name="deviceNs">The device's time.</param>
    /// <param name="receivedNs">When it was received, ns on the rig clock.</param>
    /// <param name="step">How far the device's time has come since the last message, ns.</param>
    /// <param name="arrivalStep">How far the rig clock has come since then, ns.</param>
    /// <param name="periodNs">The time between messages, ns.</param>
    /// <param name="anew">A new epoch, or the first message.</param>
    /// <returns>Whether the clock has jumped.</returns>
    public bool Look(long deviceNs, long receivedNs, long step, long arrivalStep, long periodNs, bool anew)
    {
        var offset = receivedNs - deviceNs;
        var least = Math.Max(LeastJumpNs, 2 * periodNs);
        var jumped = !anew && _sinceNs != long.MinValue
            && (step < -least || (receivedNs - _sinceNs > SettledNs && _messages > SettledMessages && step - arrivalStep > least && offset < OffsetNs - least));
        if (anew || jumped || _sinceNs == long.MinValue)
        {
            (_sinceNs, _messages) = jumped ? (_sinceNs, _messages) : (receivedNs, 0);
            (_windowStartNs, _windowLeast, _previousLeast) = (receivedNs, offset, offset);
        }
        else if (receivedNs - _windowStartNs >= WindowNs)
        {
            (_windowStartNs, _windowLeast, _previousLeast) = (receivedNs, offset, _windowLeast);
        }
        else
        {
            _windowLeast = Math.Min(_windowLeast, offset);
        }
        _messages = Math.Min(_messages + 1, SettledMessages + 1);
        return jumped;
    }
}
