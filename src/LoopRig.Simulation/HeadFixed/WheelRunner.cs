using LoopRig.Core;

namespace LoopRig.Simulation.HeadFixed;

/// <summary>A mouse on a wheel: it sits, and now and then it runs for some seconds.</summary>
internal sealed class WheelRunner(SeededRandom random)
{
    private const double MeanRestS = 9, MeanRunS = 7, LeastS = 1.2, SpeedLagS = 0.35, WanderS = 0.8;
    private double _leftS = random.Exponential(MeanRestS), _target, _wander;

    /// <summary>cm/s, never backwards.</summary>
    public double Speed { get; private set; }

    public void Step(double dt)
    {
        _leftS -= dt;
        if (_leftS < 0)
        {
            bool begins = _target == 0;
            _target = begins ? Math.Clamp(13 * Math.Exp(random.Normal(0, 0.4)), 4, 35) : 0;
            _leftS = LeastS + random.Exponential(begins ? MeanRunS : MeanRestS);
        }
        _wander += -_wander * dt / WanderS + Math.Sqrt(2 * dt / WanderS) * random.Normal(0, 0.2);
        Speed = Math.Max(0, Speed + (_target * (1 + _wander) - Speed) * dt / SpeedLagS);
        if (_target == 0 && Speed < 0.05)
            Speed = 0;
    }
}
