namespace LoopRig.Acquisition;

/// <summary>
/// Finds an orientation that cannot be: what is left of the measured acceleration after gravity is taken off is the head's own. Taken off in a wrong
/// direction it leaves up to 2 g, for ever; no animal keeps up such an acceleration.
/// </summary>
internal sealed class UpsetDetector(OrientationOptions options)
{
    /// <summary>The low-pass of <see cref="Own"/>, s.</summary>
    internal const double TauS = 0.5; // violent shaking by hand (97 m/s2, 5 m/s) leaves 4.4 m/s2 behind this low-pass; half a turn passes 8 after 0.4 s
    private const double ForgetS = 1; // of the still speed, so that a small error of the sensor does not add up
    private LowPassStep _step;
    private LowPassVector _own;
    private Vector3D _stillSpeed;

    /// <summary>The head's own acceleration along the earth's axes, low-passed, m/s2.</summary>
    internal Vector3D Own => _own.Value;

    internal void Restart()
    {
        _own.Restart(default);
        _stillSpeed = default;
    }

    /// <summary>Takes the acceleration along the earth's axes, m/s2; true if the orientation that it was turned by must be wrong.</summary>
    internal bool IsImpossible(Vector3D acceleration, bool quiet, double seconds)
    {
        _step.Set(seconds / TauS);
        _own.Filter(acceleration - (Vector3D.UnitZ * OrientationFilter.Gravity), _step);
        // While nothing shakes the acceleration is gravity, whatever length a badly scaled sensor gives it: the direction alone counts.
        _stillSpeed = quiet
            ? (_stillSpeed * (1 - Math.Min(1, seconds / ForgetS))) + (((acceleration * (1 / acceleration.Length)) - Vector3D.UnitZ) * (OrientationFilter.Gravity * seconds))
            : default;
        return _own.Value.LengthSquared > options.ImpossibleAcceleration * options.ImpossibleAcceleration
            || _stillSpeed.LengthSquared > options.ImpossibleStillSpeed * options.ImpossibleStillSpeed;
    }
}
