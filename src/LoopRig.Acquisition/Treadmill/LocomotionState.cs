namespace LoopRig.Acquisition;

/// <summary>Whether the animal stands or runs, with hysteresis: a speed that wavers about a threshold does not make the answer waver.</summary>
internal sealed class LocomotionState(TreadmillOptions options)
{
    private readonly long _stillAfterNs = (long)(options.StillAfterMs * 1e6);
    private long _quietSinceNs = long.MaxValue;

    /// <summary>No movement goes on. A movement begins above one speed and ends when the speed has stayed below another for a while.</summary>
    internal bool Stationary { get; private set; } = true;

    internal bool Running { get; private set; }

    internal void Forget() => (Stationary, Running, _quietSinceNs) = (true, false, long.MaxValue);

    internal void Update(long ns, double speedCmPerS)
    {
        double speed = Math.Abs(speedCmPerS);
        if (speed >= options.RunningAboveCmPerS) Running = true;
        else if (speed < options.RunningEndsBelowCmPerS) Running = false;

        if (speed >= options.StillBelowCmPerS) _quietSinceNs = long.MaxValue;
        else _quietSinceNs = Math.Min(_quietSinceNs, ns);
        if (speed >= options.MovingAboveCmPerS) Stationary = false;
        else if (_quietSinceNs != long.MaxValue && ns - _quietSinceNs >= _stillAfterNs) Stationary = true;
    }
}
