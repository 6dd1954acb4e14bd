namespace LoopRig.Acquisition;

/// <summary>Whether a sensor rests: its rate and acceleration have stayed near their own averages for a while (Laidig and Seel 2023, section on rest detection).</summary>
internal sealed class RestDetector(OrientationOptions options)
{
    private const double Degree = Math.PI / 180;
    private readonly double _rateLimit = options.RestRateDegPerS * Degree;
    private readonly double _biasLimit = options.BiasLimitDegPerS * Degree;
    private LowPassStep _step;
    private LowPassVector _rate;
    private LowPassVector _acceleration;
    private double _sinceStartS;
    private double _quietS;

    /// <summary>Whether nothing shakes just now.</summary>
    internal bool IsQuiet { get; private set; }

    /// <summary>Whether that has been so for long enough that the averaged rate is a bias.</summary>
    internal bool AtRest => _quietS >= options.RestAfterS;

    /// <summary>The averaged rate, rad/s.</summary>
    internal Vector3D Rate => _rate.Value;

    internal void Restart(Vector3D rate, Vector3D acceleration)
    {
        _rate.Restart(rate);
        _acceleration.Restart(acceleration);
        (_sinceStartS, _quietS, IsQuiet) = (0, 0, false);
    }

    internal void Update(Vector3D rate, Vector3D acceleration, double seconds)
    {
        if (_sinceStartS < options.RestTauS)
        {
            _sinceStartS += seconds;
            double share = seconds / _sinceStartS;
            _rate.Average(rate, share);
            _acceleration.Average(acceleration, share);
        }
        else
        {
            _step.Set(seconds / options.RestTauS);
            _rate.Filter(rate, _step);
            _acceleration.Filter(acceleration, _step);
        }

        IsQuiet = (rate - _rate.Value).LengthSquared < _rateLimit * _rateLimit
            && (acceleration - _acceleration.Value).LengthSquared < options.RestAcceleration * options.RestAcceleration
            && _rate.Value.LengthSquared < _biasLimit * _biasLimit;
        _quietS = IsQuiet ? _quietS + seconds : 0;
    }
}
