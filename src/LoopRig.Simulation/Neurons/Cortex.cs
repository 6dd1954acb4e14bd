using LoopRig.Core;
using LoopRig.Simulation.Body;

namespace LoopRig.Simulation.Neurons;

/// <summary>
/// The population. Every 16 ms it sees a contrast image and the animal's state; every third tick it closes a bin of 48 ms and draws each unit's spikes:
/// Poisson with mean RatePerDrive x max(0, drive x gain + offset) x history x 48 ms.
/// </summary>
public sealed class Cortex
{
    /// <summary>Time between two views, ns.</summary>
    public const long TickNs = 16_000_000;

    /// <summary>Views in a bin of spike counts.</summary>
    public const int TicksPerBin = 3;

    /// <summary>Length of a bin of spike counts, ns.</summary>
    public const long BinNs = TickNs * TicksPerBin;

    private const double BinS = BinNs / 1e9;
    private const double HistoryS = 0.1;
    private static readonly double s_historyDecay = Math.Exp(-BinS / HistoryS);

    private readonly VisualDrive _visual;
    private readonly double[] _responseMean;
    private readonly SeededRandom _spikes;
    private readonly float[] _response, _energy;
    private readonly double[] _signals = new double[BehaviourSignals.Names.Count];
    private readonly double[] _history;
    private readonly double[] _drive, _gain, _offset;
    private readonly BinTruth _bin;
    private readonly BehaviourMemory? _memory;
    private int _ticks;

    internal Cortex(IReadOnlyList<UnitTruth> units, VisualDrive visual, double[] responseMean, SeededRandom spikes, double memoryS = 0)
    {
        _memory = memoryS > 0 ? new BehaviourMemory(memoryS) : null;
        Units = units;
        _visual = visual;
        _responseMean = responseMean;
        _spikes = spikes;
        _response = new float[units.Count];
        _energy = new float[units.Count];
        _history = new double[units.Count];
        _drive = new double[units.Count];
        _gain = new double[units.Count];
        _offset = new double[units.Count];
        _bin = new BinTruth(units.Count);
    }

    /// <summary>The neurons and all there is to know about them.</summary>
    public IReadOnlyList<UnitTruth> Units { get; }

    /// <summary>The last closed bin; its arrays are written again by the next.</summary>
    public BinTruth LastBin => _bin;

    /// <summary>
    /// Shows the cortex one contrast image (Retina.Height x Retina.Width) and the animal's state. True when this tick closed a bin.
    /// </summary>
    public bool Tick(ReadOnlySpan<float> contrast, in MouseState mouse)
    {
        _visual.Filter(contrast, TickNs / 1e9f, _response, _energy);
        return Integrate(_response, _energy, mouse);
    }

    /// <summary>The part of <see cref="Tick"/> after the filters, for calibration, which filters once and integrates later. Overwrites its inputs.</summary>
    internal bool Integrate(Span<float> response, Span<float> energy, in MouseState mouse)
    {
        _visual.Normalise(response, energy);
        BehaviourSignals.Read(mouse, _signals);
        _memory?.Add(_signals);
        for (int unit = 0; unit < Units.Count; unit++)
        {
            UnitTruth truth = Units[unit];
            _drive[unit] += truth.Baseline + (1 - truth.Baseline) * response[unit] / _responseMean[unit];
            _gain[unit] += Math.Exp(Math.Clamp(Weigh(truth.GainWeights), -2.5, 1.5));
            _offset[unit] += Weigh(truth.OffsetWeights);
        }
        if (++_ticks < TicksPerBin)
            return false;
        CloseBin();
        _ticks = 0;
        return true;
    }

    private void CloseBin()
    {
        for (int unit = 0; unit < Units.Count; unit++)
        {
            UnitTruth truth = Units[unit];
            double drive = _drive[unit] / TicksPerBin, gain = _gain[unit] / TicksPerBin, offset = _offset[unit] / TicksPerBin;
            _drive[unit] = _gain[unit] = _offset[unit] = 0;
            double expected = truth.RatePerDrive * Math.Max(0, drive * gain + offset) * Math.Exp(-truth.Suppression * _history[unit]) * BinS;
            int count = _spikes.Poisson(expected);
            _history[unit] = _history[unit] * s_historyDecay + count;
            _bin.Drive[unit] = (float)drive;
            _bin.Gain[unit] = (float)gain;
            _bin.Offset[unit] = (float)offset;
            _bin.Expected[unit] = (float)expected;
            _bin.Counts[unit] = (ushort)count;
        }
    }

    private double Weigh(double[] weights)
    {
        double sum = 0;
        for (int signal = 0; signal < weights.Length; signal++)
            sum += weights[signal] * _signals[signal];
        return sum;
    }
}
