using LoopRig.Core;

namespace LoopRig.Simulation.Body;

/// <summary>
/// Slow arousal, raised by running, and the pupil that follows it late, small in bright light (Reimer et al. 2014, McGinley et al. 2015).
/// </summary>
internal sealed class Arousal(SeededRandom random)
{
    private const double WanderS = 25, RunRiseS = 1.5, PupilLagS = 0.7, LightLagS = 1.2;
    private double _wander = random.Normal(0, 0.7), _run, _light = 0.4;

    /// <summary>About -1.5 to 1.5.</summary>
    public double Level { get; private set; }

    /// <summary>px in the eye camera.</summary>
    public double PupilRadius { get; private set; } = 18;

    /// <param name="dt">Step, s.</param>
    /// <param name="speed">cm/s.</param>
    /// <param name="luminance">Mean over the retina, 0 to 1.</param>
    public void Step(double dt, double speed, double luminance)
    {
        _wander += -_wander * dt / WanderS + Math.Sqrt(2 * dt / WanderS) * random.Normal(0, 0.7);
        _run += (speed / (speed + 6) - _run) * dt / RunRiseS;
        Level = _wander + 1.4 * (_run - 0.35);
        _light += (luminance - _light) * dt / LightLagS;
        double wanted = 18 + 5 * Math.Tanh(0.8 * Level) - 12 * (_light - 0.4);
        PupilRadius += (wanted - PupilRadius) * dt / PupilLagS;
    }
}
