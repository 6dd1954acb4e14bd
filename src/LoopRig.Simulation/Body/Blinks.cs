using LoopRig.Core;

namespace LoopRig.Simulation.Body;

/// <summary>
/// The lid of the recorded eye: open but for blinks, a few a minute. A blink closes in 50 ms, stays closed for a moment and opens in 130 ms, slower than it
/// closed, as blinks of mice do (Koekkoek et al. 2002, J Neurophysiol 88:2124).
/// </summary>
internal sealed class Blinks(SeededRandom random)
{
    private const double MeanIntervalS = 14, LeastIntervalS = 0.8;
    private const double CloseS = 0.05, OpenS = 0.13;
    private double _in = LeastIntervalS + random.Exponential(MeanIntervalS), _since = -1, _closedS;

    /// <summary>1 wide open, 0 closed.</summary>
    public double Opening { get; private set; } = 1;

    public void Step(double dt)
    {
        if (_since < 0)
        {
            _in -= dt;
            if (_in > 0)
                return;
            (_since, _closedS) = (0, random.Uniform(0.03, 0.1));
        }
        _since += dt;
        double opening = _since < CloseS ? 1 - _since / CloseS : _since < CloseS + _closedS ? 0 : (_since - CloseS - _closedS) / OpenS;
        Opening = Math.Clamp(opening, 0, 1);
        if (_since < CloseS + _closedS + OpenS)
            return;
        (_since, Opening) = (-1, 1);
        _in = LeastIntervalS + random.Exponential(MeanIntervalS);
    }
}
