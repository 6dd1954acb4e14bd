namespace LoopRig.Acquisition;

/// <summary>
/// Which way is up, in the axes of a gyroscope and accelerometer. The gyroscope is integrated from sample to sample into a frame that hardly turns; in
/// that frame gravity stands still while every motion averages out, so the acceleration is low-passed there and the frame is tilted until its average
/// points up. What the tilting has to undo again and again is the gyroscope's bias. Laidig and Seel 2023, "VQF: Highly accurate IMU orientation
/// estimation with bias estimation and magnetic disturbance rejection", Information Fusion 91, doi 10.1016/j.inffus.2022.10.014: their filter without
/// the magnetometer. Beyond it: steps of any length, a gap in the samples, and a sensor that was turned without the gyroscope telling.
/// Not thread-safe; allocates nothing.
/// </summary>
public sealed class OrientationFilter
{
    /// <summary>Standard gravity, m/s2.</summary>
    public const double Gravity = 9.80665;

    private const double MostRate = 100; // rad/s: more than twice what sensors of this kind measure, so garbage
    private const double MostAcceleration = 2000; // m/s2
    private const double LeastGravity = 0.1; // m/s2
    private const double LostStep = 1.8; // a step so much longer than the one before it has lost a sample
    private const double UsualSpeed = 0.2; // m/s: the change of a head's speed that is expected of any stretch of time
    private const double StartS = 0.1;
    private const double RateLag = 0.003; // s: by how much a sensor's rate and its time may disagree

    private readonly OrientationOptions _options;
    private readonly GyroscopeBias _bias;
    private readonly RestDetector _rest;
    private readonly UpsetDetector _upset;
    private Rotation _turned; // sensor to the gyroscope's frame
    private Rotation _tilt = Rotation.Identity; // the gyroscope's frame to the earth's
    private LowPassStep _step;
    private LowPassVector _gravity; // in the gyroscope's frame
    private LowPassVector _axisX; // the sensor's axes along the earth's, low-passed as gravity is
    private LowPassVector _axisY;
    private LowPassVector _axisZ;
    private LowPassVector _biasSeen; // the subtracted bias along the earth's axes, low-passed as gravity is
    private Vector3D _lastRate;
    private long _lastNs;
    private double _lastSeconds;
    private double _sinceAccelerationS;
    private double _ownSquared; // of the head's own acceleration, horizontal, behind the upset detector's low-pass, (m/s2)^2
    private double _rateSquared; // (rad/s)^2
    private double _sinceStartS = -1; // below 0: waits for an accelerometer sample to start from

    /// <summary>Makes a filter that starts with its first sample.</summary>
    public OrientationFilter(OrientationOptions options)
    {
        _options = options;
        _bias = new GyroscopeBias(options);
        _rest = new RestDetector(options);
        _upset = new UpsetDetector(options);
    }

    /// <summary>Whether there is an orientation.</summary>
    public bool HasStarted => _sinceStartS >= 0;

    /// <summary>The direction away from the earth in the sensor's axes, length 1; meaningless before the start.</summary>
    public Vector3D Up { get; private set; } = Vector3D.UnitZ;

    /// <summary>The estimated gyroscope bias in the sensor's axes, rad/s.</summary>
    public Vector3D Bias => _bias.Value;

    /// <summary>
    /// The standard deviation of <see cref="Up"/>, rad, from what is known: the bias that is left over the averaging time, the accelerations of the last
    /// seconds that did not average out, how fast the sensor turned, and how long there has been to average.
    /// </summary>
    public double Deviation
    {
        get
        {
            double averagedS = Math.Min(_sinceStartS, _options.AccelerationTauS);
            double start = UsualSpeed / (Gravity * (averagedS + StartS));
            double moved = Math.Sqrt(_ownSquared) / Gravity * Math.Min(1, UpsetDetector.TauS / (averagedS + StartS));
            double drift = _bias.DeviationAcross(Up) * averagedS;
            return Math.Sqrt((start * start) + (moved * moved) + (drift * drift) + (_rateSquared * RateLag * RateLag));
        }
    }

    /// <summary>Whether the sensor rests.</summary>
    public bool AtRest => _rest.AtRest;

    /// <summary>How often it began anew because samples were missing for long.</summary>
    public long GapRestarts { get; private set; }

    /// <summary>How often it began anew because orientation and acceleration could not both be true.</summary>
    public long UpsetRestarts { get; private set; }

    /// <summary>Forgets the orientation; the bias, a property of the sensor, is kept.</summary>
    public void Restart() => _sinceStartS = -1;

    /// <summary>Takes a sample; false if it said nothing (not a number, out of any sensor's range, not later than the one before), and nothing has changed.</summary>
    /// <param name="timeNs">When it was taken, ns on any clock that runs evenly.</param>
    /// <param name="rate">The angular rate, rad/s, in the sensor's axes.</param>
    /// <param name="acceleration">The specific force, m/s2 (at rest 9.8 upwards); not a number: this sample has none.</param>
    public bool Update(long timeNs, Vector3D rate, Vector3D acceleration)
    {
        bool hasAcceleration = acceleration.IsFinite && acceleration.LengthSquared is > 0 and < MostAcceleration * MostAcceleration;
        if (!(rate.LengthSquared < MostRate * MostRate)) return false;
        double seconds = (timeNs - _lastNs) * 1e-9;
        if (HasStarted && (seconds > _options.LongestGapS || seconds < -_options.LongestGapS))
        {
            GapRestarts++;
            Restart();
            if (seconds > 0) _bias.Forget(seconds);
        }

        if (!HasStarted)
        {
            if (!hasAcceleration) return false;
            Start(timeNs, rate, acceleration);
            return true;
        }

        if (seconds <= 0) return false;
        _lastNs = timeNs;
        _sinceAccelerationS += seconds;
        Integrate(rate, seconds);
        if (hasAcceleration && Correct(rate, acceleration)) Start(timeNs, rate, acceleration);
        (_tilt * _turned).Rows(out _, out _, out Vector3D up);
        Up = up;
        return true;
    }

    private void Start(long timeNs, Vector3D rate, Vector3D acceleration)
    {
        (_lastNs, _lastRate, _sinceStartS, _sinceAccelerationS, _ownSquared, _rateSquared) = (timeNs, rate, 0, 0, 0, 0);
        _lastSeconds = _options.LongestGapS;
        _turned = Rotation.ToUp(acceleration);
        _tilt = Rotation.Identity;
        _gravity.Restart(_turned.Apply(acceleration));
        _turned.Rows(out Vector3D x, out Vector3D y, out Vector3D z);
        _axisX.Restart(x);
        _axisY.Restart(y);
        _axisZ.Restart(z);
        _biasSeen.Restart(_turned.Apply(Bias));
        _rest.Restart(rate, acceleration);
        _upset.Restart();
        Up = z;
    }

    // Sensors of this kind average the rate up to the moment of the sample, so each sample stands for the step behind it. Where samples were lost the
    // unseen part is taken to lie between its neighbours.
    private void Integrate(Vector3D rate, double seconds)
    {
        Vector3D mean = (seconds > LostStep * _lastSeconds ? (rate + _lastRate) * 0.5 : rate) - Bias;
        (_lastRate, _lastSeconds) = (rate, seconds);
        _turned = (_turned * Rotation.By(mean * seconds)).Renormalised();
    }

    // Tilts the frame so that its averaged acceleration points up. True if the orientation cannot be right.
    private bool Correct(Vector3D rate, Vector3D acceleration)
    {
        double seconds = _sinceAccelerationS;
        _sinceAccelerationS = 0;
        _rest.Update(rate, acceleration, seconds);
        Vector3D inFrame = _turned.Apply(acceleration);
        if (_upset.IsImpossible(_tilt.Apply(inFrame), _rest.IsQuiet, seconds))
        {
            UpsetRestarts++;
            return true;
        }

        double share = Math.Min(1, seconds / Math.Min(_options.AccelerationTauS, _sinceStartS + seconds));
        Vector3D own = _upset.Own;
        _ownSquared += ((own.X * own.X) + (own.Y * own.Y) - _ownSquared) * share;
        _rateSquared += (rate.LengthSquared - _rateSquared) * share;
        bool averaging = _sinceStartS < _options.AccelerationTauS;
        if (averaging)
        {
            _sinceStartS += seconds;
            _gravity.Average(inFrame, seconds / _sinceStartS);
        }
        else
        {
            _step.Set(seconds / _options.AccelerationTauS);
            _gravity.Filter(inFrame, _step);
        }

        Vector3D gravity = _tilt.Apply(_gravity.Value);
        double length = gravity.Length;
        if (length < LeastGravity) return false; // a sensor in free fall has no up
        _tilt = (Rotation.ToUp(gravity) * _tilt).Renormalised();
        EstimateBias(gravity * (1 / length), averaging, seconds);
        return false;
    }

    private void EstimateBias(Vector3D gravity, bool averaging, double seconds)
    {
        (_tilt * _turned).Rows(out Vector3D x, out Vector3D y, out Vector3D z);
        Vector3D seen = new(Vector3D.Dot(x, Bias), Vector3D.Dot(y, Bias), 0);
        if (averaging)
        {
            double share = seconds / _sinceStartS;
            _axisX.Average(x, share);
            _axisY.Average(y, share);
            _axisZ.Average(z, share);
            _biasSeen.Average(seen, share);
        }
        else
        {
            _axisX.Filter(x, _step);
            _axisY.Filter(y, _step);
            _axisZ.Filter(z, _step);
            _biasSeen.Filter(seen, _step);
        }

        _bias.Forget(seconds);
        if (_rest.AtRest) _bias.ObserveRest(seconds, _rest.Rate);
        else if (!averaging)
        {
            // The tilt of this step, by (gravity.Y, -gravity.X) radians, undid what the remaining bias had turned.
            Vector3D left = new(-gravity.Y / seconds, gravity.X / seconds, 0);
            _bias.ObserveMotion(seconds, _axisX.Value, _axisY.Value, _axisZ.Value, left + _biasSeen.Value);
        }
    }
}
