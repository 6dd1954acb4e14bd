namespace LoopRig.Simulation.Neurons;

/// <summary>
/// Adds to each behavioural signal the rate at which it changed some time ago, weighed so that an ideal observer gains as much from that past as from the present
/// (docs/evaluation.md).
/// </summary>
internal sealed class BehaviourMemory
{
    private const double RateSmoothingS = 0.03;
    private const double Weight = 1.5;              // of the rate, in deviations, against a deviation of the signal
    // Standard deviations of the smoothed rates, 1/s, measured over ten simulated minutes; saccades make that of theta.
    private static readonly double[] s_rateDeviation = [1.4, 1.1, 1.7, 1.6, 9.3, 1.5];
    private static readonly double s_smoothing = 1 - Math.Exp(-Cortex.TickNs / 1e9 / RateSmoothingS);

    private readonly double[] _before = new double[BehaviourSignals.Names.Count];
    private readonly double[] _rate = new double[BehaviourSignals.Names.Count];
    private readonly double[][] _past;
    private int _ticks;

    /// <param name="delayS">How long ago, s.</param>
    public BehaviourMemory(double delayS)
        => _past = [.. Enumerable.Range(0, Math.Max(1, (int)Math.Round(delayS * 1e9 / Cortex.TickNs))).Select(static _ => new double[BehaviourSignals.Names.Count])];

    /// <summary>Takes the signals of the next tick and writes over them what the cortex follows.</summary>
    public void Add(Span<double> signals)
    {
        double[] past = _past[_ticks % _past.Length];
        for (int signal = 0; signal < signals.Length; signal++)
        {
            double now = signals[signal], change = _ticks == 0 ? 0 : (now - _before[signal]) * (1e9 / Cortex.TickNs);
            _before[signal] = now;
            _rate[signal] += (change - _rate[signal]) * s_smoothing;
            signals[signal] = now + Weight * past[signal] / s_rateDeviation[signal];
            past[signal] = _rate[signal];
        }
        _ticks++;
    }
}
