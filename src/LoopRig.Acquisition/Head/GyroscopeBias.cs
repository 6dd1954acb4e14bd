namespace LoopRig.Acquisition;

/// <summary>
/// A Kalman filter for the gyroscope's bias. At rest the averaged rate is the bias. In motion the rate at which gravity has to be corrected, in the
/// horizontal plane of the earth, is what the bias leaves over; the vertical component shows only as the sensor tilts, and a very weak pull to zero keeps
/// it in bounds. Laidig and Seel 2023 (doi 10.1016/j.inffus.2022.10.014), section on bias estimation.
/// </summary>
internal sealed class GyroscopeBias
{
    private const double Degree = Math.PI / 180;
    private const double VerticalShare = 1e-4; // of the information of the horizontal components
    private readonly double _initialVariance;
    private readonly double _growth; // variance a second
    private readonly double _motionVariance;
    private readonly double _restVariance;
    private readonly double _limit;

    // The covariance, (rad/s)^2: symmetric, its rows.
    private Vector3D _p0;
    private Vector3D _p1;
    private Vector3D _p2;

    internal GyroscopeBias(OrientationOptions options)
    {
        _initialVariance = Square(options.BiasInitialDegPerS * Degree);
        _growth = Square(0.1 * Degree) / options.BiasForgettingS;
        _motionVariance = Square(options.BiasMotionDegPerS * Degree);
        _restVariance = Square(options.BiasRestDegPerS * Degree);
        _limit = options.BiasLimitDegPerS * Degree;
        (_p0, _p1, _p2) = (new Vector3D(_initialVariance, 0, 0), new Vector3D(0, _initialVariance, 0), new Vector3D(0, 0, _initialVariance));
    }

    /// <summary>The estimate, rad/s.</summary>
    internal Vector3D Value { get; private set; }

    /// <summary>The standard deviation of its components at right angles to a direction, rad/s: what tilts an orientation if that direction is up.</summary>
    internal double DeviationAcross(Vector3D direction)
    {
        Vector3D row = new(Vector3D.Dot(_p0, direction), Vector3D.Dot(_p1, direction), Vector3D.Dot(_p2, direction));
        return Math.Sqrt(Math.Max(0, _p0.X + _p1.Y + _p2.Z - Vector3D.Dot(row, direction)) / 2);
    }

    /// <summary>Time passes: what was known is a little less certain.</summary>
    internal void Forget(double seconds)
    {
        double more = _growth * seconds;
        if (_p0.X < _initialVariance) _p0 = _p0 with { X = _p0.X + more };
        if (_p1.Y < _initialVariance) _p1 = _p1 with { Y = _p1.Y + more };
        if (_p2.Z < _initialVariance) _p2 = _p2 with { Z = _p2.Z + more };
    }

    /// <summary>The sensor rests: its averaged rate is the bias.</summary>
    internal void ObserveRest(double seconds, Vector3D rate)
    {
        double variance = Noise(_restVariance, seconds);
        Vector3D off = (rate - Value).Limited(_limit);
        Vector3D before = Value;
        Absorb(new Vector3D(1, 0, 0), off.X, variance);
        Absorb(new Vector3D(0, 1, 0), off.Y - (Value.Y - before.Y), variance);
        Absorb(new Vector3D(0, 0, 1), off.Z - (Value.Z - before.Z), variance);
        Value = Value.Limited(_limit);
    }

    /// <summary>The sensor moves.</summary>
    /// <param name="seconds">the step</param>
    /// <param name="x">the sensor's axes along the earth's first horizontal axis, averaged as the acceleration is</param>
    /// <param name="y">along the second</param>
    /// <param name="z">along the vertical</param>
    /// <param name="seen">the bias along the earth's axes that the corrections imply, rad/s</param>
    internal void ObserveMotion(double seconds, Vector3D x, Vector3D y, Vector3D z, Vector3D seen)
    {
        double variance = Noise(_motionVariance, seconds);
        Vector3D off = new Vector3D(seen.X - Vector3D.Dot(x, Value), seen.Y - Vector3D.Dot(y, Value), -Vector3D.Dot(z, Value)).Limited(_limit);
        Vector3D before = Value;
        Absorb(x, off.X, variance);
        Absorb(y, off.Y - Vector3D.Dot(y, Value - before), variance);
        Absorb(z, off.Z - Vector3D.Dot(z, Value - before), variance / VerticalShare);
        Value = Value.Limited(_limit);
    }

    private static double Square(double x) => x * x;

    // The measurement's variance with which the estimate's settles at the given one, whatever the rate of the samples.
    private double Noise(double settled, double seconds) => (settled * settled / (_growth * seconds)) + settled;

    // One component of a measurement at a time: with independent noise that equals the whole, and no matrix is inverted.
    private void Absorb(Vector3D row, double off, double variance)
    {
        Vector3D gain = new(Vector3D.Dot(_p0, row), Vector3D.Dot(_p1, row), Vector3D.Dot(_p2, row));
        double scale = 1 / (Vector3D.Dot(gain, row) + variance);
        Value += gain * (off * scale);
        _p0 -= gain * (gain.X * scale);
        _p1 -= gain * (gain.Y * scale);
        _p2 -= gain * (gain.Z * scale);
    }
}
