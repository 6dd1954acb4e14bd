namespace LoopRig.Simulation.Neurons;

/// <summary>
/// From contrast images to the drive of each unit: Gabor filters, the lag and adaptation of the pathway, half-squaring or energy, and division by
/// the energy of all units with nearby receptive fields (Carandini and Heeger 2012).
/// </summary>
internal sealed class VisualDrive
{
    private const float LagS = 0.018f;              // of each of two stages; with one tick of transmission about 50 ms to the cortex
    /// <summary>From a change of the image until half of the response to it: one tick on the way, and the time (1.678 lags) in which two equal stages come half the way.</summary>
    public const double LatencyMs = 1000 * (Cortex.TickNs / 1e9 + 1.678 * LagS);

    private const float AdaptationS = 0.2f;
    private const float PoolSigmaDeg = 18;
    private const float SemiSaturation = 0.5f;      // energy relative to its mean

    private readonly IReadOnlyList<UnitTruth> _units;
    private readonly ReceptiveField[] _fields;
    private readonly float[][] _poolWeights;
    private readonly Stage[] _even, _odd;
    private readonly float[] _delayed;
    private readonly float _semiSaturation;

    /// <summary>Of units whose receptive fields lie on the retina's raster.</summary>
    public VisualDrive(IReadOnlyList<UnitTruth> units)
        : this(units, [.. units.Select(unit => new ReceptiveField(unit, Retina.Height, Retina.Width, Retina.DegreesPerPixel))], Retina.Height * Retina.Width, SemiSaturation)
    {
    }

    /// <summary>Of units with the given receptive fields on a raster of <paramref name="pixels"/>; a pool halves responses where its energy is <paramref name="semiSaturation"/> (1: its mean).</summary>
    public VisualDrive(IReadOnlyList<UnitTruth> units, ReceptiveField[] fields, int pixels, float semiSaturation)
    {
        (_units, _fields, _semiSaturation) = (units, fields, semiSaturation);
        _delayed = new float[pixels];
        _even = new Stage[units.Count];
        _odd = new Stage[units.Count];
        EnergyScale = new float[units.Count];
        Array.Fill(EnergyScale, 1);
        _poolWeights = [.. units.Select(PoolWeights)];
    }

    /// <summary>One over the mean energy of each unit, set by calibration.</summary>
    public float[] EnergyScale { get; }

    /// <summary>
    /// First half: takes the next contrast image, <paramref name="dt"/> (s) after the one before, and writes each unit's unscaled response before
    /// normalisation and the energy that it contributes to the pools of others.
    /// </summary>
    public void Filter(ReadOnlySpan<float> contrast, float dt, Span<float> response, Span<float> energy)
    {
        for (int unit = 0; unit < _fields.Length; unit++)
        {
            (float even, float odd) = _fields[unit].Respond(_delayed);
            float transience = (float)_units[unit].Transience;
            even = _even[unit].Tick(even, dt, transience);
            odd = _odd[unit].Tick(odd, dt, transience);
            energy[unit] = even * even + odd * odd;
            float half = MathF.Max(0, even);
            response[unit] = _units[unit].Kind == UnitKind.Complex ? energy[unit] : 2 * half * half;
        }
        contrast.CopyTo(_delayed);
    }

    /// <summary>Second half: scales what <see cref="Filter"/> wrote, in place, and divides each response by its pool.</summary>
    public void Normalise(Span<float> response, Span<float> energy)
    {
        for (int unit = 0; unit < _fields.Length; unit++)
            energy[unit] *= EnergyScale[unit];
        for (int unit = 0; unit < _fields.Length; unit++)
        {
            float pool = _semiSaturation;
            for (int other = 0; other < energy.Length; other++)
                pool += _poolWeights[unit][other] * energy[other];
            response[unit] *= EnergyScale[unit] / pool;
        }
    }

    private float[] PoolWeights(UnitTruth unit)
    {
        float[] weights = [.. _units.Select(other => MathF.Exp(-(float)(Square(other.CentreRightDeg - unit.CentreRightDeg)
            + Square(other.CentreUpDeg - unit.CentreUpDeg)) / (2 * PoolSigmaDeg * PoolSigmaDeg)))];
        float sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }

    private static double Square(double x) => x * x;

    // Two low-pass stages, then adaptation of a share of the response.
    private struct Stage
    {
        private float _first, _second, _slow;

        public float Tick(float input, float dt, float transience)
        {
            _first += (input - _first) * (1 - MathF.Exp(-dt / LagS));
            _second += (_first - _second) * (1 - MathF.Exp(-dt / LagS));
            _slow += (_second - _slow) * (1 - MathF.Exp(-dt / AdaptationS));
            return _second - transience * _slow;
        }
    }
}
