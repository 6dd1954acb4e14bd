using LoopRig.Core;

namespace LoopRig.Simulation.Body;

/// <summary>
/// One degree of freedom that follows a moving target without overshoot (critically damped second order), and draws a new target now and then.
/// </summary>
internal sealed class Joint
{
    private readonly SeededRandom _random;
    private readonly double _mean, _deviation, _dwellS, _ratePerS;
    private double _left, _target, _velocity;

    public Joint(SeededRandom random, double mean, double deviation, double dwellS, double ratePerS)
    {
        (_random, _mean, _deviation, _dwellS, _ratePerS) = (random, mean, deviation, dwellS, ratePerS);
        Position = mean;
        Choose();
    }

    public double Position { get; private set; }

    public void Step(double dt)
    {
        _left -= dt;
        if (_left <= 0)
            Choose();
        _velocity += (_ratePerS * _ratePerS * (_target - Position) - 2 * _ratePerS * _velocity) * dt;
        Position += _velocity * dt;
    }

    private void Choose()
    {
        _target = _random.Normal(_mean, _deviation);
        _left = _random.Exponential(_dwellS);
    }
}
